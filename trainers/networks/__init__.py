"""The networks that restore."""
