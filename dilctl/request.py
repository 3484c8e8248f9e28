"""What a person asks to be trained, and the experiments that it means."""

import itertools
import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dilctl.errors import UsageError
from trainers.errors import ExperimentError
from trainers.experiment import Experiment
from trainers.recipe import apply_assignment, parse_experiment, read_settings, recipe_names

MOST_MEMBERS = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks to be trained.

    Attributes:
        recipe: name of a shipped recipe, or path of a TOML file.
        assignments: ``key=value`` settings. Those of whole tables are applied before those of what
            is in them, so ``rule.inner_rate=…`` holds for ``rule=…`` wherever that is said.
        sweeps: ``key=value,value,...``; all combinations are submitted.
        seeds: one run each, for every combination.
        name: what people will call the runs; the recipe's name by default.
        priority: higher goes first.
        again: also repeat what is already done, queued or running.
        tags: words that the runs are found by.
        note: what the person wants to remember of them.
        after: runs that must be done before these start.
        after_any: these also start when those have failed or were cancelled.
        retries: how often in a row an end that a retry can cure is followed by another attempt.
        gpu: numbers of the GPUs that the runs are bound to; empty for any.
    """

    recipe: str
    assignments: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1,)
    name: str | None = None
    priority: int = 0
    again: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    after: tuple[int, ...] = ()
    after_any: bool = False
    retries: int = 2
    gpu: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """The name of the runs, sweep values apart."""
        return self.name or Path(self.recipe).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One combination of a sweep; a request without sweeps has one member.

    Attributes:
        words: the sweep's assignments for this member, as in ``("rule=erm",)``.
        experiment: the validated experiment, its data paths as they were written.
        train_base, test_base: folders that relative data paths start from.
    """

    words: tuple[str, ...]
    experiment: Experiment
    train_base: Path
    test_base: Path

    @property
    def label(self) -> str:
        """The words as one, empty without a sweep."""
        return " ".join(self.words)


def members(request: Request, *, here: Path) -> tuple[Member, ...]:
    """All experiments of a request, in the order of its sweeps.

    Args:
        request: what was asked.
        here: the folder that paths given on the command line start from.

    Raises:
        ExperimentError: with every fault of every member.
        UsageError: a sweep that cannot be read.
    """
    _refuse_repetition(request)
    settings = read_settings(request.recipe)
    drafts = [
        _draft(settings, request.assignments, words) for words in _combinations(request.sweeps)
    ]
    _refuse(drafts)
    folder = here if request.recipe in recipe_names() else (here / request.recipe).parent
    return tuple(
        Member(
            words=draft.words,
            experiment=draft.valid,
            train_base=folder if _same(settings, draft.settings, "train") else here,
            test_base=folder if _same(settings, draft.settings, "test") else here,
        )
        for draft in drafts
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    words: tuple[str, ...]
    settings: dict[str, Any]
    experiment: Experiment | None
    faults: tuple[str, ...]

    @property
    def valid(self) -> Experiment:
        """The experiment of a draft without faults."""
        assert self.experiment is not None, "drafts with faults are refused"
        return self.experiment


def _draft(
    settings: dict[str, Any], assignments: tuple[str, ...], words: tuple[str, ...]
) -> _Draft:
    mine = deepcopy(settings)
    faults: list[str] = []
    for assignment in sorted((*assignments, *words), key=_depth):
        try:
            apply_assignment(mine, assignment)
        except ExperimentError as error:
            faults += error.faults
    experiment = None
    try:
        experiment = parse_experiment(mine)
    except ExperimentError as error:
        faults += error.faults
    return _Draft(words=words, settings=mine, experiment=experiment, faults=tuple(faults))


def _depth(assignment: str) -> int:
    """How deep in the settings an assignment works; a union's kind is as deep as the union."""
    return key_of(assignment).count(".")


def key_of(assignment: str) -> str:
    """The setting that an assignment or a sweep names; a union's kind is the union."""
    return assignment.partition("=")[0].strip().removesuffix(".kind")


def _same(before: dict[str, Any], after: dict[str, Any], key: str) -> bool:
    """Whether the assignments left a data path as the recipe has it."""
    return before.get("data", {}).get(key) == after.get("data", {}).get(key)


def _refuse(drafts: list[_Draft]) -> None:
    """Raise all faults, each once; those that not all members share name their members."""
    holders: dict[str, list[str]] = {}
    for draft in drafts:
        for fault in dict.fromkeys(draft.faults):
            holders.setdefault(fault, []).append(" ".join(draft.words))
    if holders:
        raise ExperimentError(
            [
                fault if len(labels) == len(drafts) else f"{', '.join(labels)}: {fault}"
                for fault, labels in holders.items()
            ]
        )


def _refuse_repetition(request: Request) -> None:
    """A setting that is swept is said once: of two values, one would be lost without a word."""
    swept = [key_of(sweep) for sweep in request.sweeps]
    said = {key_of(assignment) for assignment in request.assignments}
    for key in dict.fromkeys(swept):
        if swept.count(key) > 1:
            raise UsageError(f"--sweep {key}: is there twice; write all its values behind one")
        if key in said:
            raise UsageError(f"--sweep {key}: is --set, too; say it once")


def _combinations(sweeps: tuple[str, ...]) -> list[tuple[str, ...]]:
    choices = [_choices(sweep) for sweep in sweeps]
    combinations = list(itertools.islice(itertools.product(*choices), MOST_MEMBERS + 1))
    if len(combinations) > MOST_MEMBERS:
        raise UsageError(f"the sweeps have more than {MOST_MEMBERS:,} combinations")
    return combinations


def _choices(sweep: str) -> list[str]:
    key, equals, text = sweep.partition("=")
    values = split_values(text)
    if not equals or not key.strip() or not all(values):
        raise UsageError(f"--sweep {sweep}: write KEY=VALUE,VALUE, as in rule=erm,dil-sf")
    return [f"{key.strip()}={value}" for value in dict.fromkeys(values)]


def split_values(text: str) -> list[str]:
    """Values at the commas that stand outside brackets and quotes, without outer blanks."""
    values = [""]
    depth, quote = 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character in "[{") - (character in "]}")
        if character == "," and not quote and depth == 0:
            values.append("")
        else:
            values[-1] += character
    return [value.strip() for value in values]


def parse_name(text: str | None) -> str | None:
    """The name people give to runs; whatever is in it, short enough to be shown.

    Raises:
        UsageError: too long.
    """
    if text is not None and len(text) > LONGEST_NAME:
        raise UsageError(f"--name: has {len(text):,} characters; at most {LONGEST_NAME} are shown")
    return text


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds as people write them: ``3``, ``1,2,5``, ``1..3``, ``1..3,7``.

    Raises:
        UsageError: not of that form, or more than ten thousand.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?", part.strip())
        first = int(match[1]) if match else 0
        last = int(match[2] or match[1]) if match else -1
        if last - first >= MOST_MEMBERS:
            raise UsageError(
                f"--seeds {text}: are more than {MOST_MEMBERS:,}; submit fewer at once"
            )
        if last < first:
            raise UsageError(
                f"--seeds {text}: write seeds as 1..3 or 1,2,5, each of at most nine digits"
            )
        seeds |= dict.fromkeys(range(first, last + 1))
    return tuple(seeds)
