"""The training rules: pure functions from weights and batches to an outer gradient."""
