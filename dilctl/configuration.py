"""What a person has configured: ``config.toml`` in the home folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dilctl.errors import UsageError
from dilctl.flat import flat

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
class Dash:
    """What a person wants of the dashboard.

    Attributes:
        theme: its colours; empty for those chosen last.
        keys: the key of each action, by its name, as in ``runs.cancel``; several with commas.
    """

    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that can be configured."""

    notify: Notify = field(default_factory=Notify)
    dash: Dash = field(default_factory=Dash)


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
    faults = [
        *_unknown(said, Configuration, ""),
        *_faults_of_notify(said.get("notify", {})),
        *_faults_of_dash(said.get("dash", {})),
    ]
    if faults:
        raise UsageError("\n".join(f"{path}: {fault}" for fault in faults))
    settings = dict(said.get("notify", {}))
    if "on" in settings:
        settings["on"] = tuple(settings["on"])
    return Configuration(notify=Notify(**settings), dash=_dash(said.get("dash", {})))


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


def _dash(said: Mapping[str, Any]) -> Dash:
    return Dash(theme=said.get("theme", ""), keys=flat(said.get("keys", {})))


def _faults_of_dash(said: object) -> list[str]:
    if not isinstance(said, dict):
        return ["dash: must be a table, as in [dash]"]
    table: dict[str, Any] = said
    theme = [] if isinstance(table.get("theme", ""), str) else ["dash.theme: must be text"]
    return [*_unknown(table, Dash, "dash."), *theme, *_faults_of_keys(table.get("keys", {}))]


def _faults_of_keys(said: object) -> list[str]:
    if not isinstance(said, dict):
        return ['dash.keys: must be a table, as in [dash.keys] with "runs.cancel" = "ctrl+k"']
    table: dict[str, Any] = said
    return [
        f'dash.keys.{name}: must be a key as text, as in "runs.cancel" = "ctrl+k"'
        for name, key in flat(table).items()
        if not isinstance(key, str) or not key
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
