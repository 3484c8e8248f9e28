"""What a person has configured: ``config.toml`` in the home folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dilctl.errors import UsageError

_ENDS = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Whom to tell of runs that have ended, and of which ends.

    Attributes:
        command: given to the shell, with the run as JSON on its standard input; empty for none.
        webhook: address to which the same JSON is posted; empty for none.
        on: ends of which it is told.
    """

    command: str = ""
    webhook: str = ""
    on: tuple[str, ...] = ("done", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that can be configured."""

    notify: Notify = field(default_factory=Notify)


def read_configuration(home: Path) -> Configuration:
    """What ``config.toml`` in the home folder says; the defaults where there is none.

    Raises:
        UsageError: it is no TOML, or says something that is not understood; all faults at once.
    """
    path = home / "config.toml"
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Configuration()
    except (ValueError, RecursionError) as error:  # also what is no UTF-8
        raise UsageError(f"{path}: not valid TOML: {error}") from error
    faults = [*_unknown(said, Configuration, ""), *_faults_of_notify(said.get("notify", {}))]
    if faults:
        raise UsageError("\n".join(f"{path}: {fault}" for fault in faults))
    settings = dict(said.get("notify", {}))
    if "on" in settings:
        settings["on"] = tuple(settings["on"])
    return Configuration(notify=Notify(**settings))


def _unknown(said: Mapping[str, Any], kind: type[Any], place: str) -> list[str]:
    known = [entry.name for entry in fields(kind)]
    return [f"{place}{key}: unknown key{_suggest(key, known)}" for key in said if key not in known]


def _suggest(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    return f", did you mean {close[0]}?" if close else f"; known here: {', '.join(known)}"


def _faults_of_notify(said: object) -> list[str]:
    if not isinstance(said, dict):
        return ["notify: must be a table, as in [notify]"]
    table: dict[str, Any] = said
    texts = [
        f"notify.{key}: must be text"
        for key in ("command", "webhook")
        if not isinstance(table.get(key, ""), str)
    ]
    return [
        *_unknown(table, Notify, "notify."),
        *texts,
        *([] if texts else _faults_of_webhook(table.get("webhook", ""))),
        *_faults_of_ends(table.get("on", [])),
    ]


def _faults_of_webhook(address: str) -> list[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if not address or (parts.scheme in {"http", "https"} and parts.hostname):
        return []
    return ["notify.webhook: must begin with https:// or http:// and name a host"]


def _faults_of_ends(ends: object) -> list[str]:
    if not isinstance(ends, list) or any(end not in _ENDS for end in ends):
        return [f"notify.on: must be a list of some of {', '.join(_ENDS)}"]
    return []
