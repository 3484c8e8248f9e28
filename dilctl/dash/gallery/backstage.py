"""What goes on behind the gallery's wall: one thread paints, another has pictures made."""

from dataclasses import dataclass, replace
from datetime import datetime

from textual import work
from textual.timer import Timer

from dilctl.dash.gallery.curator import Curator, Hung, Look
from dilctl.dash.gallery.framing import NO_FAILURE, Failure
from dilctl.dash.gallery.messages import Made, Painted, Told, Unpaintable
from dilctl.dash.gallery.words import work_of
from dilctl.dash.live import EXPECTED, Json, LiveScreen, Seat
from dilctl.gallery.exhibit import Exhibit
from dilctl.gallery.studio import Scene, Studio

_FAULTS = (*EXPECTED, OSError)

_PATIENCE = 20.0
"""Seconds that the child stays once nobody looks: it holds memory, of a GPU too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What the child does: the run that restores, which share of the image, since when."""

    since: datetime
    run: int | None = None
    share: float = 0.0


class Backstage(LiveScreen[Exhibit]):
    """At most one wall is being painted and one scene made; what is wanted meanwhile comes next."""

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        studio = Studio(root=seat.jobs.settings.gallery)
        self._curator = Curator(studio=studio, weights=seat.jobs.weights)
        self._is_painting = False
        self._next_look: Look | None = None
        self._work: _Work | None = None
        self._failures: dict[str, Failure] = {}
        self._leaving: Timer | None = None
        self._hung: Hung | None = None

    @property
    def work_words(self) -> str:
        """What the child does, in words; empty where it rests."""
        if self._work is None:
            return ""
        return work_of(self._work.run, self._work.share, self.seat.clock() - self._work.since)

    def forget_failures(self) -> None:
        """Try again what could not be made."""
        self._failures.clear()
        self._curator.forget()

    def failure_of(self, scene: Scene | None) -> Failure:
        """What is known of why a scene could not be made."""
        return NO_FAILURE if scene is None else self._failures.get(scene.key, NO_FAILURE)

    def paint(self, look: Look) -> None:
        """Paint this, after what is being painted."""
        if self._is_painting:
            self._next_look = look
            return
        self._is_painting = True
        self._paint_in_thread(look)

    @work(thread=True, group="painting")
    def _paint_in_thread(self, look: Look) -> None:
        try:
            self.post_message(Painted(self._curator.hang(look)))
        except _FAULTS as error:
            self.post_message(Unpaintable(str(error)))

    def rested(self) -> None:
        """A wall was painted; on to the next."""
        self._is_painting = False
        look, self._next_look = self._next_look, None
        if look is not None:
            self.paint(look)

    def have_made(self, hung: Hung, images: tuple[str, ...]) -> None:
        """Have made what is missing, else have measured those of the degraded images.

        While the child is at work this does nothing: it is asked again once that is done.
        """
        failure = self.failure_of(hung.scene)
        if self._work is not None or failure.all:
            return
        missing = [
            network
            for network, picture in zip(hung.scene.networks, hung.plate.restored, strict=True)
            if picture is None and network.run not in failure.runs
        ]
        is_missing = missing or hung.plate.degraded is None or hung.plate.truth is None
        unmeasured = tuple(image for image in images if image not in hung.inputs)
        if is_missing or unmeasured:
            self._work = _Work(since=self.seat.clock())
            self._make_in_thread(hung.scene, () if is_missing else unmeasured)

    @work(thread=True, group="making")
    def _make_in_thread(self, scene: Scene, images: tuple[str, ...]) -> None:
        studio = self._curator.studio
        try:
            if images:
                studio.measure_inputs(scene.setting, images)
                failure = NO_FAILURE
            else:
                failure = Failure(runs=studio.make(scene, self._hear))
        except _FAULTS as error:
            failure = Failure(runs={}, all=str(error))
        self.post_message(Made(scene, failure))

    def _hear(self, said: Json) -> None:
        self.post_message(Told(said))

    def on_told(self, message: Told) -> None:
        """Note how far the child is."""
        if self._work is not None:
            run, share = message.said["run"], message.said["share"]
            is_other = run != self._work.run
            self._work = replace(self._work, run=run, share=share)
            self.progressed(is_other=is_other)

    def on_made(self, message: Made) -> None:
        """Note what failed, and show what did not."""
        self._work = None
        if message.failure != NO_FAILURE:
            self._failures[message.scene.key] = message.failure
        self.progressed(is_other=True)

    def progressed(self, *, is_other: bool) -> None:
        """The child got on; ``is_other`` says that there may be another picture."""

    def on_screen_resume(self) -> None:
        """Somebody looks again; a child that was let go meanwhile has failed nobody."""
        if self._leaving is not None:
            self._leaving.stop()
        self._failures.clear()

    def on_screen_suspend(self) -> None:
        """Nobody looks; the child stays for a while."""
        self._leaving = self.set_timer(_PATIENCE, self._let_go)

    @work(thread=True, group="leaving")
    def _let_go(self) -> None:
        self._curator.studio.rest()

    def on_unmount(self) -> None:
        """The end: no thread may wait for a child any longer."""
        self._curator.studio.rest()
