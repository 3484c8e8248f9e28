"""What the threads of the gallery tell its screen."""

from textual.message import Message

from dilctl.dash.gallery.curator import Hung
from dilctl.dash.gallery.framing import Failure
from dilctl.dash.live import Json
from dilctl.gallery.studio import Scene


class Painted(Message, bubble=False):
    """A wall was painted."""

    def __init__(self, hung: Hung) -> None:
        super().__init__()
        self.hung = hung


class Unpaintable(Message, bubble=False):
    """It could not be; one sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Told(Message, bubble=False):
    """How far the child is."""

    def __init__(self, said: Json) -> None:
        super().__init__()
        self.said = said


class Made(Message, bubble=False):
    """The child has done with a scene, or has measured some degraded images."""

    def __init__(self, scene: Scene, failure: Failure) -> None:
        super().__init__()
        self.scene = scene
        self.failure = failure
