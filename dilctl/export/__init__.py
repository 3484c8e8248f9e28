"""Leaderboards and curves for papers and for other programs."""
