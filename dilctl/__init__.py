"""dilctl: queue, train and rank distortion-invariant image-restoration experiments."""

__version__ = "0.1.0"
