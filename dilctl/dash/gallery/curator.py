"""Hangs an image: finds its pictures, paints the wall, has made what is missing; in threads."""

from dataclasses import dataclass, field

from rich.style import Style

from dilctl.dash.gallery.easel import Easel
from dilctl.dash.gallery.framing import Failure, frames_of
from dilctl.dash.gallery.painting import Frame, Painting, Sight, paint
from dilctl.dash.gallery.view import View
from dilctl.dash.graphics import Graphics
from dilctl.gallery.exhibit import Exhibit, Test
from dilctl.gallery.hanging import Hanging, Weights, hanging_of
from dilctl.gallery.studio import Plate, Scene, Studio


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a person wants to see.

    Attributes:
        exhibit, test, image: what of.
        size: of the wall, in cells.
        others: see ``Sight``.
    """

    exhibit: Exhibit
    test: Test
    image: str
    size: tuple[int, int]
    view: View
    chosen: int
    is_alone: bool
    shows_errors: bool
    graphics: Graphics
    has_colour: bool
    base: Style
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """What came of it.

    Attributes:
        look: what was wanted.
        painting: the wall.
        frames: what can hang there.
        scene: what must be made where ``plate`` is not complete.
        inputs: PSNR of the degraded images that were measured, by their names.
    """

    look: Look
    painting: Painting
    frames: tuple[Frame, ...]
    scene: Scene
    plate: Plate
    inputs: dict[str, float]


@dataclass(slots=True)
class Curator:
    """Called from one thread at a time.

    Attributes:
        studio: makes and keeps the pictures.
        weights: finds a run's weights.
    """

    studio: Studio
    weights: Weights
    _easel: Easel = field(default_factory=Easel)
    _hanging: tuple[Exhibit, Test, Hanging] | None = None

    def forget(self) -> None:
        """Look for weights and images anew."""
        self._hanging = None

    def hang(self, look: Look) -> Hung:
        """Paint what there is.

        Raises:
            DilctlError, TrainerError, OSError: the test cannot be repeated, or a picture not read.
        """
        hanging = self._hanging_of(look.exhibit, look.test)
        scene = hanging.scene(look.image)
        plate = self.studio.plate(scene)
        frames = frames_of(look.exhibit, hanging, plate, look.failure)
        sight = Sight(
            frames=frames,
            plate=plate,
            size=look.size,
            view=look.view,
            chosen=look.chosen,
            is_alone=look.is_alone,
            shows_errors=look.shows_errors,
            graphics=look.graphics,
            has_colour=look.has_colour,
            base=look.base,
        )
        return Hung(
            look=look,
            painting=paint(sight, self._easel),
            frames=frames,
            scene=scene,
            plate=plate,
            inputs=dict(self.studio.inputs(hanging.setting)),
        )

    def _hanging_of(self, exhibit: Exhibit, test: Test) -> Hanging:
        kept = self._hanging
        if kept is None or kept[0] is not exhibit or kept[1] != test:
            self._hanging = kept = exhibit, test, hanging_of(exhibit, test, self.weights)
        return kept[2]
