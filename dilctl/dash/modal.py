"""A screen on top of another one, which is answered once."""

from typing import Generic, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Modal(ModalScreen[Answer], Generic[Answer]):
    """What is pressed twice answers once: the second key would close the screen beneath, too."""

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer, unless that has been done."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()
