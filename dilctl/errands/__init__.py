"""What commands have done by a child process, since it needs PyTorch: a module an errand."""
