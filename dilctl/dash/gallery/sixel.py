"""Pictures as Sixels, which are drawn over cells wherever the cursor stands."""

from PIL import Image

# Not by way of textual_image.renderable or .widget: these question the terminal when they are
# imported, and its answers would arrive as keys once Textual reads them.
from textual_image._sixel import image_to_sixels  # pyright: ignore[reportPrivateImportUsage]


def sent(image: Image.Image) -> str:
    """What draws a picture with its upper left corner at the cursor."""
    return image_to_sixels(image.convert("RGB"))
