"""``dilctl dash --web``: what is said in the terminal while the dashboard is in a browser."""

import os
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec

import typer

from dilctl.cli import output
from dilctl.cli.session import settings_of
from dilctl.errors import UsageError


def serve(context: typer.Context, port: int | None) -> None:
    """Serve the dashboard until Ctrl-C.

    Raises:
        UsageError: the web server is not installed, or the port cannot be had.
        BusyError: the port is taken.
    """
    if find_spec("textual_serve") is None:
        raise UsageError("dash: --web needs a web server: pip install 'dilctl[web]'")
    from dilctl.dash.web.port import listening
    from dilctl.dash.web.serving import serve

    with closing(listening(port)) as listener:
        _say_how(listener.getsockname()[1], os.environ)
        serve(settings_of(context), listener, _tell)


def _tell(address: str) -> None:
    output.write(address)
    output.flush()


def _say_how(port: int, environment: Mapping[str, str]) -> None:
    output.say(
        "the dashboard: open this address in a browser of this machine; it lets one in, once"
    )
    if server := reached_by_ssh(environment):
        output.say(f"from where you sit, first: ssh -L {port}:127.0.0.1:{port} {server}")
    output.say("Enter prints another address; Ctrl-C ends")


def reached_by_ssh(environment: Mapping[str, str]) -> str | None:
    """How this machine was reached, as words of ``ssh``; None if it was not by ssh."""
    user = f"{environment['USER']}@" if "USER" in environment else ""
    match environment.get("SSH_CONNECTION", "").split():
        case [_, _, address, "22"]:
            return user + address
        case [_, _, address, port]:
            return f"-p {port} {user}{address}"
        case _:
            return None
