"""What networks make of test images, to be looked at: which there are, and their pictures."""
