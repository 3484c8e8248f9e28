"""One page of a browser: the process that draws its dashboard, and what goes to and fro."""

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_GRACE = 3.0  # seconds that a dashboard is given to end by itself
_CELLS = range(1, 1001)  # of a screen's side


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is started for every page.

    Attributes:
        words: the program and its arguments; no shell reads them.
        environment: variables added to this process's own.
    """

    words: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a page is spoken to."""

    send_bytes: Callable[[bytes], Awaitable[None]]
    send_text: Callable[[str], Awaitable[None]]
    hang_up: Callable[[], Awaitable[object]]


class Session(AppService):
    """A dashboard in a process of its own, which ends with its page."""

    def __init__(self, program: Program, line: Line) -> None:
        async def hang_up() -> None:
            await line.hang_up()

        super().__init__(
            "",  # a command for a shell: `_open_app_process` needs none
            write_bytes=line.send_bytes,
            write_str=line.send_text,
            close=hang_up,
            download_manager=DownloadManager(),
        )
        self._program = program

    async def run(self) -> None:
        """Hand over what the process draws; the page is closed when it ends, however it ends."""
        # The library trips over a task that it cancels itself where the process died at once.
        with suppress(asyncio.CancelledError):
            await super().run()
        with suppress(ConnectionError):
            await self.remote_close()

    async def on_meta(self, data: bytes) -> None:
        """Let the process end; it may neither send files nor open other pages."""
        if json.loads(data).get("type") == "exit":
            await super().on_meta(data)

    async def receive(self, text: str) -> None:
        """Pass on what a page says; what no page says is ignored."""
        match _parsed(text):
            case ["stdin", str(keys)]:
                await self.send_bytes(keys.encode(errors="replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(cells(width), cells(height))
            case ["ping", str(moment)]:
                await self.remote_write_str(json.dumps(["pong", moment]))
            case ["focus"]:
                await self.focus()
            case ["blur"]:
                await self.blur()
            case _:
                pass

    async def end(self) -> None:
        """Ask the process to end, and see that it and all it has started do."""
        if (process := self._process) is None:
            return
        ended = asyncio.create_task(self._ended(process))
        await asyncio.wait([ended], timeout=_GRACE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await ended

    async def _ended(self, process: Process) -> None:
        await self.stop()
        await process.wait()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = self._build_environment(width=cells(width), height=cells(height))
        self._process = process = await asyncio.create_subprocess_exec(
            *self._program.words,
            stdin=PIPE,
            stdout=PIPE,
            env=environment | dict(self._program.environment),
            start_new_session=True,  # Ctrl-C is the server's, which ends its pages in order
        )
        self._stdin = process.stdin
        # The library would keep what it says until its end; it is talk, and goes where ours does.
        process.stderr = asyncio.StreamReader()
        process.stderr.feed_eof()
        return process


def cells(side: int) -> int:
    """A screen's side, brought within reason."""
    return min(max(side, _CELLS.start), _CELLS.stop - 1)


def _parsed(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return None
