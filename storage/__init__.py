"""The registry of runs and of everything they measured: SQL, and no PyTorch."""
