"""The gallery: what networks make of test images, beside the degraded image and the truth."""

from collections.abc import Callable
from dataclasses import replace

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from dilctl.dash.gallery.backstage import Backstage
from dilctl.dash.gallery.bindings import BINDINGS
from dilctl.dash.gallery.curator import Look
from dilctl.dash.gallery.framing import title_of
from dilctl.dash.gallery.image_list import ImageList
from dilctl.dash.gallery.messages import Painted, Unpaintable
from dilctl.dash.gallery.reading import GalleryReader
from dilctl.dash.gallery.stand import Stand, next_degradation, next_test_set, recalled
from dilctl.dash.gallery.view import View, scales, within
from dilctl.dash.gallery.wall import Wall
from dilctl.dash.gallery.words import head_of, nothing_of
from dilctl.dash.live import Json, Seat
from dilctl.dash.news import News
from dilctl.dash.places import Place, Subject
from dilctl.gallery.exhibit import Exhibit, Test
from dilctl.gallery.order import Row, rows_of
from dilctl.gallery.studio import Scene
from dilctl.text import visible

_PAN = 0.25
"""Share of what is seen that one key moves."""


class GalleryScreen(Backstage):
    """One image of a test set: degraded, restored by each run, true."""

    PLACE = Place.GALLERY
    CSS_PATH = "gallery.tcss"
    BINDINGS = [*BINDINGS]

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self._reader = GalleryReader(seat.jobs)
        self._stand = Stand()
        self._exhibit: Exhibit | None = None
        self._test: Test | None = None
        self._rows: tuple[Row, ...] = ()
        self._inputs: dict[str, float] = {}

    def compose_body(self) -> ComposeResult:
        """The wall, and the list of images beside it or below."""
        yield Static("", id="nothing", markup=False)
        with Container(id="hall"):
            yield Wall()
            yield ImageList()

    def on_mount(self) -> None:
        """Paint anew in other colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._look_at_wall())

    def read(self, news: News) -> Exhibit:
        """The runs and their tests."""
        return self._reader.read(news)

    def show(self, page: Exhibit) -> None:
        """Hang what was read; where that is what hangs, only the clock has moved."""
        if page is self._exhibit:
            self._say()
            return
        self._exhibit = page
        nothing = nothing_of(page)
        self.set_class(bool(nothing), "-empty")
        self.query_one("#nothing", Static).update(nothing)
        if page.gone and page.columns:
            self.advice = f"run {', '.join(map(str, page.gone))} is there no more"
        self._settle()

    def forget(self) -> None:
        """Look for tests, weights and images anew."""
        self._reader.forget()
        self._exhibit = None
        self.forget_failures()

    def visit(self, subject: Subject) -> None:
        """Runs, a test, an image; what is not said stays as it is."""
        if subject.runs:
            self._reader.wanted = subject.runs
        self._stand = self._stand.visited(subject)
        self._exhibit = None

    def remembered(self) -> Json:
        """The test and the order."""
        return self._stand.remembered()

    def recall(self, state: Json) -> None:
        """Take them up."""
        self._stand = recalled(state)

    # What one looks at has changed.

    def _settle(self) -> None:
        """Find the test and its images, and have them shown."""
        exhibit = self._exhibit
        test = self._stand.test(exhibit) if exhibit else None
        if exhibit is None or test is None:
            self._test, self._rows = None, ()
            self._say()
            return
        if test != self._test:
            self._inputs = {}
        self._test = test
        stand = self._stand.at_test(test)
        self._rows = rows_of(exhibit, test, self._inputs, stand.order)
        last = len(exhibit.columns) + 1
        self._stand = replace(stand.moved(self._rows, 0), chosen=min(stand.chosen, last))
        self._say()
        self._look_at_wall()

    def _stand_at(self, stand: Stand) -> None:
        self._stand = stand
        self._settle()

    def _say(self) -> None:
        """The head line and the list."""
        if self._test is None or self._exhibit is None:
            self.head = Text("Gallery", style="bold")
            return
        place = self._stand.place(self._rows)
        painting = self.query_one(Wall).painting
        words = (painting, self.work_words)
        self.head = head_of(self._stand, self._test, place, len(self._rows), *words)
        heads = ["input", *(title_of(column) for column in self._exhibit.columns)]
        heads += ["lead"] if len(self._exhibit.columns) > 1 else []
        self.query_one(ImageList).fill(self._rows, heads, place)

    def _look_at_wall(self) -> None:
        wall = self.query_one(Wall)
        if self._exhibit is None or self._test is None or not self._rows or not wall.size:
            return
        stand = self._stand
        self.paint(
            Look(
                exhibit=self._exhibit,
                test=self._test,
                image=stand.image,
                size=(wall.size.width, wall.size.height),
                view=stand.view,
                chosen=stand.chosen,
                is_alone=stand.is_alone,
                shows_errors=stand.shows_errors,
                graphics=self.seat.graphics,
                has_colour=not self.app.no_color,
                base=wall.rich_style,
                failure=self.failure_of(self._scene()),
            )
        )

    def _scene(self) -> Scene | None:
        """The one that hangs, if it is what is looked at."""
        hung = self._hung
        is_this = hung is not None and hung.look.image == self._stand.image
        return hung.scene if hung is not None and is_this else None

    def on_painted(self, message: Painted) -> None:
        """Hang it, and have made what it lacks."""
        hung = message.hung
        self._hung = hung
        is_asked = hung.look.test == self._test and hung.look.image == self._stand.image
        if is_asked:
            self.query_one(Wall).hang(hung.painting)
            self.advice = self.failure_of(hung.scene).all
            self._take_inputs(hung.inputs)
        self.rested()
        if is_asked:
            images = tuple(row.image for row in self._rows)
            self.have_made(hung, images if self._stand.order.needs_inputs else ())
        self._say()

    def _take_inputs(self, inputs: dict[str, float]) -> None:
        if inputs != self._inputs and self._exhibit is not None and self._test is not None:
            self._inputs = inputs
            self._rows = rows_of(self._exhibit, self._test, inputs, self._stand.order)

    def on_unpaintable(self, message: Unpaintable) -> None:
        """Say why, and clear the wall of what is no longer looked at."""
        self.query_one(Wall).hang(None)
        self.advice = visible(message.sentence)
        self.rested()

    def progressed(self, *, is_other: bool) -> None:
        """Say so, and show new pictures."""
        self._say()
        if is_other:
            self._look_at_wall()

    # What a person does.

    def on_screen_suspend(self) -> None:
        """Covered: the wall is drawn in half blocks from now on."""
        self.query_one(Wall).refresh()

    def on_screen_resume(self) -> None:
        """Uncovered: it is drawn as finely as can be."""
        self.query_one(Wall).refresh()

    def on_wall_resized(self) -> None:
        """Paint for the new size."""
        self._look_at_wall()

    def on_wall_chosen(self, message: Wall.Chosen) -> None:
        """A picture was clicked."""
        self._stand_at(replace(self._stand, chosen=message.frame))

    def on_wall_zoomed(self, message: Wall.Zoomed) -> None:
        """The wheel was turned."""
        self.action_zoom(message.by)

    def on_wall_dragged(self, message: Wall.Dragged) -> None:
        """The image was dragged."""
        self._move_view(message.across, message.down)

    def on_image_list_chosen(self, message: ImageList.Chosen) -> None:
        """An image was clicked."""
        self.action_move(message.place - self._stand.place(self._rows))

    def action_move(self, by: int) -> None:
        """Some images on."""
        self._stand_at(self._stand.moved(self._rows, by))

    def action_choose(self, by: int) -> None:
        """Mark another picture."""
        last = len(self._exhibit.columns) + 1 if self._exhibit else 0
        self._stand_at(replace(self._stand, chosen=min(max(0, self._stand.chosen + by), last)))

    def action_alone(self) -> None:
        """Show the marked picture alone, or with the others again."""
        self._stand_at(replace(self._stand, is_alone=not self._stand.is_alone))

    def action_errors(self) -> None:
        """Show where restored pictures differ from the truth, or themselves again."""
        self._stand_at(replace(self._stand, shows_errors=not self._stand.shows_errors))

    def action_order(self) -> None:
        """Go through the images in another order, from its first."""
        runs = len(self._exhibit.columns) if self._exhibit else 1
        order = self._stand.order.following(runs)
        self._stand_at(replace(self._stand, order=order, image=""))

    def action_degradation(self, by: int) -> None:
        """The same image under another degradation."""
        self._go_to(next_degradation, by)

    def action_test_set(self, by: int) -> None:
        """Another test set."""
        self._go_to(next_test_set, by)

    def _go_to(self, other: Callable[[tuple[Test, ...], Test, int], Test], by: int) -> None:
        if self._exhibit is not None and self._test is not None:
            self._stand_at(self._stand.at_test(other(self._exhibit.tests, self._test, by)))

    def action_zoom(self, by: int) -> None:
        """Nearer, or further away."""
        painting = self.query_one(Wall).painting
        if painting is None or painting.seen is None:
            return
        most = len(scales(painting.seen.of, painting.box)) - 1
        view = within(self._stand.view, painting.seen)
        step = min(max(0, view.step + by), most)
        self._stand_at(replace(self._stand, view=replace(view, step=step)))

    def action_whole(self) -> None:
        """The whole image."""
        self._stand_at(replace(self._stand, view=View()))

    def action_pan(self, across: int, down: int) -> None:
        """Look at the part beside."""
        self._move_view(across * _PAN, down * _PAN)

    def _move_view(self, across: float, down: float) -> None:
        painting = self.query_one(Wall).painting
        if painting is not None and painting.seen is not None:
            wide, high = painting.seen.share
            view = within(self._stand.view, painting.seen).moved(across * wide, down * high)
            self._stand_at(replace(self._stand, view=view))

    def action_copy_path(self) -> None:
        """The file of the marked picture."""
        frame = self._hung.frames[self._stand.chosen] if self._hung else None
        if frame is None or frame.picture is None:
            self.tell("there is no such picture yet")
        else:
            self.copy(str(frame.picture.path), f"the path of {frame.title}")
