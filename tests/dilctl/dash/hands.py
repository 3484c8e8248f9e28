"""Typing, and hearing what is said in passing."""

from textual.widgets import Input

from tests.dilctl.dash.screen import Viewer


async def type_in(someone: Viewer, text: str) -> None:
    """All at once, as a paste does it: each key by itself would take its time."""
    await someone.pilot.pause()
    line = someone.app.screen.focused
    assert isinstance(line, Input)
    line.insert_text_at_cursor(text)
    await someone.pilot.pause()


async def hears(someone: Viewer, words: str) -> None:
    """A toast says so; on the screen its lines stand beside other text."""
    await someone.until(lambda _: any(words in told.message for told in someone.app._notifications))
