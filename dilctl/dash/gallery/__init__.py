"""Pictures: degraded, restored and true."""
