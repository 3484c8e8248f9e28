"""Whether what is typed can be submitted: every fault at its line, and what it would mean."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from dilctl.dash.live import EXPECTED
from dilctl.dash.submit.captions import meaning
from dilctl.dash.submit.draft import Draft, wish_of
from dilctl.demands import parse_gpu
from dilctl.jobs import Jobs
from dilctl.prospect import Prospect, prospect
from dilctl.request import Request, key_of, parse_name, parse_seeds
from dilctl.tagging import parse_note, parse_tag
from dilctl.wish import Wish, parents, request_of
from storage.errors import StorageError

_OPTION = re.compile(r"--([a-z-]+)")
_PLACE = re.compile(r"(?:^|: )([a-z_]+(?:\.[a-z0-9_]+)*): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said of a draft.

    Attributes:
        draft: that was looked at.
        faults: sentences by the line that they belong to; those of the registry by no name.
        request: what it asks for; None with faults, and as long as no recipe is named.
        fresh: how many runs would be queued.
        sentences: what it means.
        prospect: whether anything would start.
    """

    draft: Draft
    faults: Mapping[str, Sequence[str]]
    request: Request | None = None
    fresh: int = 0
    sentences: tuple[str, ...] = ()
    prospect: Prospect | None = None


def check(jobs: Jobs, draft: Draft, *, here: Path) -> Verdict:
    """Look at a draft; called in a thread, as the headers of images are read.

    Args:
        jobs: plans, and knows the runs that are there.
        draft: what was typed.
        here: the folder that relative paths start from.
    """
    said, ill = wish_of(draft)
    faults = {line: [fault] for line, fault in ill.items()}
    wish = _sound(jobs, said, faults)
    if not wish.recipe:
        return Verdict(draft=draft, faults=faults)
    try:
        request = request_of(jobs, wish)
        plan = jobs.plan(request, here=here)
        twins = () if request.again else jobs.twins(plan.runs)
        found = prospect(jobs)
    except EXPECTED as error:
        return Verdict(draft=draft, faults=_added(faults, error, wish))
    if faults:
        return Verdict(draft=draft, faults=faults)
    there = {(run.signature, run.seed) for run in twins}
    keys = {(each.run.signature, each.run.seed) for each in plan.runs}
    return Verdict(
        draft=draft,
        faults=faults,
        request=request,
        fresh=len(plan.runs) if request.again else len(keys - there),
        sentences=tuple(meaning(request, plan, twins)),
        prospect=found,
    )


def _sound(jobs: Jobs, wish: Wish, faults: dict[str, list[str]]) -> Wish:
    """The wish with what is usual where a line has a fault of its own, which is noted."""
    lines: dict[str, Callable[[], object]] = {
        "seeds": lambda: parse_seeds(wish.seeds),
        "name": lambda: parse_name(wish.name),
        "gpu": lambda: parse_gpu(wish.gpu),
        "tag": lambda: [parse_tag(word) for word in wish.tag],
        "note": lambda: parse_note(wish.note) if wish.note else "",
        "after": lambda: parents(jobs, wish.after, after_any=wish.after_any),
    }
    usual = Wish()
    for line, parse in lines.items():
        try:
            parse()
        except EXPECTED as error:
            faults.setdefault(line, []).append(_in_the_form(str(error), getattr(wish, line)))
            wish = replace(wish, **{line: getattr(usual, line)})
    return wish if "after" not in faults else replace(wish, after_any=False)


def _in_the_form(sentence: str, said: object) -> str:
    """A sentence without the option's name, which stands beside it."""
    option = _OPTION.match(sentence)
    if option is None:
        return sentence
    rest = sentence[option.end() :].lstrip()
    return rest.removeprefix(str(said)).removeprefix(":").lstrip()


def _added(
    faults: dict[str, list[str]], error: Exception, wish: Wish
) -> dict[str, list[str]]:  # fmt: skip
    for sentence in sentences_of(error):
        line = "" if isinstance(error, StorageError) else line_of(sentence, wish)
        faults.setdefault(line, []).append(sentence)
    return faults


def sentences_of(error: Exception) -> Iterable[str]:
    """The faults that an error tells of."""
    return getattr(error, "faults", None) or str(error).splitlines()


def line_of(sentence: str, wish: Wish) -> str:
    """The line of the form in which a fault is cured."""
    option = _OPTION.match(sentence)
    name = option[1].replace("-", "_") if option else ""
    if name == "set":
        return "settings"
    if name in {field.name for field in fields(Draft)}:
        return name
    if sentence.startswith((f"{wish.recipe}: ", "recipe")):
        return "recipe"
    places = _PLACE.findall(sentence)
    for line, keys in _keys(wish):
        if any(place == key or place.startswith(f"{key}.") for place in places for key in keys):
            return line
    swept = any(f"{key_of(sweep)}=" in sentence.split(": ")[0] for sweep in wish.sweep)
    return "sweep" if swept or sentence.startswith("the sweeps ") else "settings"


def _keys(wish: Wish) -> Iterable[tuple[str, Sequence[str]]]:
    """The settings that lines other than the settings' own have said."""
    yield "gpu_memory", ["resources.gpu_memory"] if wish.gpu_memory else []
    yield "gpus", ["resources.processes", "resources.device"] if wish.gpus else []
    yield "sweep", [key_of(sweep) for sweep in wish.sweep]
