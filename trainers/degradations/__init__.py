"""What spoils an image: what can be said of it, and how it is done."""
