"""The key map: every key has a name, as in ``runs.cancel``, under which a person may move it."""

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys
from textual.screen import Screen

from dilctl.configuration import Dash
from dilctl.errors import UsageError
from dilctl.text import visible

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED = frozenset(
    {
        *(key.value for key in Keys),
        *KEY_NAME_REPLACEMENTS.values(),
        *(re.sub("[- ]", "_", unicodedata.name(each).lower()) for each in string.punctuation),
    }
)
"""What Textual calls keys and signs."""


def keys_of(screen: Screen[Any]) -> tuple[ActiveBinding, ...]:
    """What has a name and a key on a screen now, its own first, each once, by its first key."""
    found: dict[str, ActiveBinding] = {}
    for active in screen.active_bindings.values():
        if active.binding.id is not None:
            found.setdefault(active.binding.id, active)
    return tuple(sorted(found.values(), key=lambda active: is_everywhere(active.binding)))


def without_partners(
    keys: Sequence[ActiveBinding], shown_as: Callable[[Binding], str]
) -> tuple[ActiveBinding, ...]:
    """Of two keys that one of them shows, as ``[ ]``, only that one: it tells what both do.

    Args:
        keys: what is to be listed.
        shown_as: how the key of a binding is written.
    """
    pairs = [shown_as(active.binding).split() for active in keys]
    told = {key for pair in pairs if len(pair) > 1 for key in pair}
    return tuple(
        active for active in keys if active.binding.show or shown_as(active.binding) not in told
    )


def said_of(binding: Binding) -> str:
    """What a key does; the tooltip of one that stands for two says it of both."""
    is_pair = binding.key_display is not None and binding.tooltip
    return binding.tooltip if is_pair else binding.description


def is_everywhere(binding: Binding) -> bool:
    """Whether a key does the same on every screen."""
    return (binding.id or "").startswith("everywhere.")


def names() -> dict[str, Binding]:
    """All keys that can be moved, by name."""
    from dilctl.dash.app import DashApp
    from dilctl.dash.places import Place
    from dilctl.dash.screens import screen_class

    nodes: list[type[DOMNode]] = [DashApp, *map(screen_class, Place)]
    return {binding.id: binding for node in nodes for binding in _of(node) if binding.id}


def _of(node: type[DOMNode]) -> Iterator[Binding]:
    """Also those of what it inherits from, and of the widgets of its module's folder."""
    for kind in (*node.__mro__, *_widgets_beside(node)):
        for binding in kind.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding):
                yield binding


def _widgets_beside(node: type[DOMNode]) -> Iterator[type[DOMNode]]:
    """What its folder defines besides, as far as it has been imported with it."""
    folder = node.__module__.rpartition(".")[0]
    todo = list(DOMNode.__subclasses__())
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith(f"{folder}."):
            yield kind


def require_known(wishes: Dash) -> None:
    """Refuse keys that nothing would listen to.

    Raises:
        UsageError: names every wish that is not understood.
    """
    if not wishes.keys:
        return
    known = names()
    faults = [
        f"dash.keys.{visible(name)}: {_hint(name, known)}"
        for name in wishes.keys
        if name not in known
    ]
    faults += [
        f"dash.keys.{visible(name)}: {visible(key)} is no key; write it as in k, ctrl+k, f5, enter "
        "or k,f5"
        for name, key in wishes.keys.items()
        if not all(map(_is_key, key.split(",")))
    ]
    if faults:
        raise UsageError("\n".join(f"config.toml: {fault}" for fault in faults))


def _is_key(key: str) -> bool:
    """Whether a terminal may send it: ``k``, ``ctrl+k``, ``f5``, ``enter``, ``question_mark``."""
    *modifiers, name = ["plus"] if key.strip() == "+" else key.strip().split("+")
    is_character = len(name) == 1 and name.isprintable()
    return _MODIFIERS.issuperset(modifiers) and (is_character or name in _NAMED)


def _hint(name: str, known: dict[str, Binding]) -> str:
    close = get_close_matches(name, known, n=1)
    cure = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(sorted(known))}"
    return f"no such key; {cure}"
