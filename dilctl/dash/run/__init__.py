"""One run: curves, evaluations, settings, log, environment."""
