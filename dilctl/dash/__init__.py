"""The dashboard: one screen a file; everything it knows comes through ``dilctl.jobs``."""
