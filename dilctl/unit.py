"""The systemd user unit that keeps an agent working."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dilctl.detached import arguments
from dilctl.settings import Settings

NAME = "dilctl-agent.service"

_UNIT = """\
[Unit]
Description=dilctl agent on {home}

[Service]
ExecStart={command}
WorkingDirectory={home}
# Of a registry on a server: DILCTL_DATABASE=postgresql://... goes into this file, which you alone
# may read (chmod 600). The agent works without it.
EnvironmentFile=-{environment}
# Only the agent is told to stop; it has its workers write a checkpoint. Killed, it leaves them at
# work, and finds them when it is started again.
KillMode=process
TimeoutStopSec=120
SuccessExitStatus=130
Restart=on-failure
RestartSec=10
# Another agent works here (7), or the command line is wrong (2): trying again changes nothing.
RestartPreventExitStatus=2 7
# One worker that takes too much memory is not to end the agent and all the others.
OOMPolicy=continue

[Install]
WantedBy=default.target
"""


def unit_text(
    settings: Settings, options: Sequence[str] = (), *, python: str = sys.executable
) -> str:
    """The unit's text.

    Args:
        settings: home of the agent; a registry on a server is not written down, for its URL may
            hold a password.
        options: of ``dilctl agent run``.
        python: the interpreter that dilctl is installed for.
    """
    words = (python, "-P", "-m", "dilctl", *arguments(settings, options))
    return _UNIT.format(
        command=" ".join(_quoted(word) for word in words),
        home=_escaped(str(settings.home)),
        environment=_escaped(str(settings.home / "agent.env")),
    )


def unit_path() -> Path:
    """Where systemd looks for a user's own units."""
    said = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(said) if Path(said).is_absolute() else Path.home() / ".config"
    return base / "systemd" / "user" / NAME


def install(text: str, path: Path) -> None:
    """Write the unit beside its place, then rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _quoted(word: str) -> str:
    """A word of a command as systemd reads it back."""
    safe = _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    safe = safe.replace("\n", "\\n")
    is_plain = safe == word and not any(
        character.isspace() or character in "'" for character in word
    )
    return safe if is_plain and word else f'"{safe}"'


def _escaped(text: str) -> str:
    """Text in which systemd expands nothing."""
    return text.replace("%", "%%")
