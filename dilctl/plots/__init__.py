"""Drawings as rich text, which the command line and the dashboard share; nothing here prints."""
