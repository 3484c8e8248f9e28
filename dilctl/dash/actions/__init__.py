"""What can be done to runs."""
