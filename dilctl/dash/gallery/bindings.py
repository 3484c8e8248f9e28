"""The keys of the gallery."""

from textual.binding import Binding


def _binding(key: str, action: str, words: str, name: str, *, is_shown: bool = False) -> Binding:
    return Binding(key, action, words, show=is_shown, id=f"gallery.{name}")


BINDINGS = (
    _binding("j,n,down", "move(1)", "Next", "next", is_shown=True),
    _binding("k,N,up", "move(-1)", "Image before", "before"),
    _binding("pagedown", "move(10)", "Ten images on", "ten-on"),
    _binding("pageup", "move(-10)", "Ten images back", "ten-back"),
    _binding("g,home", "move(-1000000)", "First image", "first"),
    _binding("G,end", "move(1000000)", "Last image", "last"),
    _binding("h,left", "choose(-1)", "Picture to the left", "left"),
    _binding("l,right", "choose(1)", "Picture to the right", "right"),
    _binding("enter", "alone", "Alone", "alone", is_shown=True),
    _binding("e", "errors", "Errors", "errors", is_shown=True),
    _binding("d", "degradation(1)", "Degradation", "degradation", is_shown=True),
    _binding("D", "degradation(-1)", "Degradation before", "degradation-before"),
    _binding("o", "order", "Order", "order", is_shown=True),
    _binding("s", "test_set(1)", "Set", "test-set", is_shown=True),
    _binding("S", "test_set(-1)", "Test set before", "test-set-before"),
    _binding("plus,equals_sign", "zoom(1)", "Zoom in", "zoom-in"),
    _binding("minus", "zoom(-1)", "Zoom out", "zoom-out"),
    _binding("0", "whole", "Whole image", "whole"),
    _binding("shift+left", "pan(-1,0)", "Look left", "pan-left"),
    _binding("shift+right", "pan(1,0)", "Look right", "pan-right"),
    _binding("shift+up", "pan(0,-1)", "Look up", "pan-up"),
    _binding("shift+down", "pan(0,1)", "Look down", "pan-down"),
    _binding("y", "copy_path", "Copy the picture's path", "copy"),
)
