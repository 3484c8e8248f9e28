"""The images: decoded once, kept in one store, cut into batches."""
