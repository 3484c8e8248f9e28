"""Training, evaluation and data for image restoration: PyTorch, and no SQL."""
