"""The commands by name; each is imported when it is asked for, since all at once cost time."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.main import get_group

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "submit": (
            "submit",
            "Queue an experiment, once for each combination of a sweep and each seed.",
        ),
        "train": (
            "train",
            "Train here and now: queue a run or a few, and show how they do until they end.",
        ),
        "agent": ("agent", "Work off the queue on this machine."),
        "runs": ("runs", "List runs, newest first."),
        "explain": (
            "explain",
            "Say in words why a run waits, what it does, or why it ended as it did.",
        ),
        "show": ("show", "Show all there is to know of one run."),
        "logs": (
            "logs",
            "Print the end of a run's log; terminal codes in it are shown, not obeyed.",
        ),
        "board": (
            "board",
            "Rank finished runs by how they restore degradations that they have not seen.",
        ),
        "eval": (
            "eval",
            "Test a trained network on any images, under any degradation, seen or unseen.",
        ),
        "restore": (
            "restore",
            "Restore a picture or a folder of pictures; what goes in is never overwritten.",
        ),
        "dash": ("dash", "Watch runs, curves and leaderboards live in the terminal; q quits."),
        "demo": (
            "demo",
            "Train two rules on bundled photographs and show which generalises; about 5 minutes.",
        ),
        "data": ("data", "Prepare images, and check that what an experiment needs is there."),
        "recipes": ("recipes", "The experiments that ship with dilctl."),
        "doctor": (
            "doctor",
            "Look at Python, PyTorch, GPUs, disk, registry and agent; leaves with 1 if one is "
            "not well.",
        ),
        "curves": (
            "curves",
            "Show how metrics went through training: drawn on a terminal, numbers in a pipe.",
        ),
        "tag": (
            "tags",
            "Put tags on runs and take them off; without --add and --remove, list them.",
        ),
        "note": ("tags", "Write down something about a run, or show what was written."),
        "cancel": (
            "steer",
            "Cancel runs: those that wait at once, those that run as soon as their agent sees it.",
        ),
        "pause": (
            "steer",
            "Have running runs write a checkpoint and free their devices; they keep their place.",
        ),
        "resume": (
            "steer",
            "Put paused runs back in the queue; they go on from their checkpoints.",
        ),
        "retry": ("steer", "Put failed runs back in the queue; they go on from their checkpoints."),
        "priority": (
            "steer",
            "Move runs in the queue: of those that fit, the highest priority starts first.",
        ),
        "rm": (
            "remove",
            "Remove runs with all they measured and their files; what runs now is never removed.",
        ),
        "compare": (
            "compare",
            "Compare runs: the settings that differ, then their tests, then their curves.",
        ),
        "diff": (
            "diff",
            "Show how two runs differ in the trainers' source, the commit and package versions.",
        ),
        "top": (
            "top",
            "Show what runs now and what waits, with agents and GPUs; q or Ctrl-C ends it.",
        ),
        "weights": ("weights", "Take trained weights out of runs, and bring others in."),
        "db": ("db", "Care for the registry."),
        "gc": ("gc", "Delete files that no run needs any more, after saying how much that frees."),
    }
)
"""For each command, in the order in which help lists them: the module in ``dilctl.cli`` that
registers it, and the first sentence of its help, so that a list of all imports none."""


class Families(Mapping[str, Any]):
    """The root's commands."""

    def __getitem__(self, name: str) -> Any:
        """The command of this name, imported now."""
        return _commands_of(COMMANDS[name][0])[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _commands_of(family: str) -> Mapping[str, Any]:
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    import_module(f"dilctl.cli.{family}").register(made)
    return get_group(made).commands
