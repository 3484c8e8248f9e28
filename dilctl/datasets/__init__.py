"""Folders of images: cut into tiles, decoded in advance, checked before they are trained on."""
