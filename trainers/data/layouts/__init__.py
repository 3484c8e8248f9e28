"""How the field's folders of pairs are laid out, a layout a file."""
