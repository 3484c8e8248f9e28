"""Serves the dashboard until it is told to stop, and tells its address."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from aiohttp import web

from dilctl.dash.web import child
from dilctl.dash.web.door import Door
from dilctl.dash.web.port import HOST
from dilctl.dash.web.session import Program
from dilctl.dash.web.site import Site
from dilctl.settings import Settings

_PATIENCE = 5.0  # seconds that pages are given to close
_LINE = 4096  # bytes of one, at most
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Tell = Callable[[str], None]
"""Given an address that lets one browser in."""


def serve(settings: Settings, listener: socket.socket, tell: Tell, *, keyboard: int = 0) -> None:
    """Serve the dashboard until SIGINT, SIGTERM or SIGHUP.

    Args:
        settings: whose dashboard.
        listener: where it is served.
        tell: told the first address, and another one for every line of the keyboard.
        keyboard: a file's descriptor.
    """
    program = Program(words=child.words(), environment=child.environment(settings))
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # in the background, it just has no keyboard
    asyncio.run(_serve(program, listener, tell, keyboard))


async def _serve(program: Program, listener: socket.socket, tell: Tell, keyboard: int) -> None:
    door, port = Door(), listener.getsockname()[1]
    application = Site(door, program, port=port).application()
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
    await runner.setup()
    stopped = _stop_on_signals()
    try:
        await web.SockSite(runner, listener).start()
        invite = partial(_invite, door, port, tell)
        invite()
        _on_lines(keyboard, invite, stopped)
        await stopped
    finally:
        await runner.cleanup()


def _invite(door: Door, port: int, tell: Tell) -> None:
    tell(f"http://{HOST}:{port}/?token={door.invite()}")


def _stop_on_signals() -> "asyncio.Future[None]":
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()
    for number in _STOPS:
        loop.add_signal_handler(number, lambda: stopped.done() or stopped.set_result(None))
    return stopped


def _on_lines(keyboard: int, invite: Callable[[], None], stopped: "asyncio.Future[None]") -> None:
    """Invite for every line, for as long as there is a keyboard and somebody who reads."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            typed = os.read(keyboard, _LINE)
        except OSError:  # the terminal has gone, or another program is in front
            typed = b""
        if not typed:
            loop.remove_reader(keyboard)
        elif b"\n" in typed:
            try:
                invite()
            except BrokenPipeError as error:
                if not stopped.done():
                    stopped.set_exception(error)

    with suppress(OSError):  # a file, or nothing at all
        loop.add_reader(keyboard, read)
