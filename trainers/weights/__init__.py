"""Trained weights as files: read from the layouts that people have, written as safetensors."""

from trainers.weights.loading import LoadedNetwork, load_network

__all__ = ["LoadedNetwork", "load_network"]
