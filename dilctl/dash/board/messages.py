"""What the threads of the board tell its screen."""

from textual.message import Message

from dilctl.dash.board.export_form import Order


class Computing(Message, bubble=False):
    """Boards are being computed, of a task and so many runs."""

    def __init__(self, task: str, runs: int) -> None:
        super().__init__()
        self.task = task
        self.runs = runs


class Copied(Message, bubble=False):
    """Text is ready for the clipboard; ``what`` says of what."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__()
        self.text = text
        self.what = what


class Said(Message, bubble=False):
    """Something came of it, or not; a sentence says what."""

    def __init__(self, sentence: str, *, is_fault: bool = False) -> None:
        super().__init__()
        self.sentence = sentence
        self.is_fault = is_fault


class Refused(Message, bubble=False):
    """An order could not be carried out; a sentence says why."""

    def __init__(self, order: Order, sentence: str) -> None:
        super().__init__()
        self.order = order
        self.sentence = sentence
