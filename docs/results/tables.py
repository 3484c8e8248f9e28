"""The tables of this folder's pages, made from the data of their study.

A page holds its tables between ``<!-- table: board noise-levels Set14 -->`` and
``<!-- end -->``; filling it puts them there again.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Any

BLOCK = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
LAST = 5
NEAR = 0.5  # decibels
Json = dict[str, Any]


def filled(page: str, study: Json) -> str:
    """A page with all its tables made from the data of its study."""

    def table(block: re.Match[str]) -> str:
        what, *arguments = block[2].split()
        return f"{block[1]}\n{TABLES[what](study, *arguments)}\n\n{block[3]}"

    return BLOCK.sub(table, page)


def board(study: Json, suite: str, test_set: str) -> str:
    """Means over what was seen and what was not, and how the rows stand to ERM."""
    found = _board(study, suite, test_set)
    heads = [
        "rule",
        "seeds",
        "seen",
        "unseen",
        "seeds' range",
        "Δ unseen to ERM",
        "Δ seen",
        "gap closed",
        "verdict",
    ]
    rows = [
        [
            _label(row),
            str(len(row["seeds"])),
            _estimate(row["seen"]),
            _estimate(row["unseen"]),
            _range(row.get("seed_range")),
            _estimate(row["gain"], sign="+"),
            _estimate(row.get("seen_price"), sign="+"),
            _share(row.get("gap_closed")),
            row["verdict"],
        ]
        for row in found["rows"]
    ]
    caption = f"**{suite}** on **{test_set}**, {found['images']} images, PSNR in dB over RGB"
    return "\n".join([caption, "", *_table(heads, rows), "", *found["notes"]])


def tasks(study: Json, *only: str) -> str:
    """Every board of a study in a line for each standing: untouched, ERM, the other, and Δ."""
    heads = ["task", "test", "", "untouched", "ERM", "DIL", "Δ to ERM [95 %]", "verdict"]
    rows = [
        row
        for board in study["boards"]
        if not only or board["task"] in only
        for standing in ("seen", "unseen")
        for row in _task_rows(board, standing)
    ]
    return "\n".join(_table(heads, rows))


def _task_rows(board: Json, standing: str) -> list[list[str]]:
    names = [d["name"] for d in board["degradations"] if d["standing"] == standing]
    erm = next(row for row in board["rows"] if row["rule"] == "erm")
    others = [row for row in board["rows"] if row["rule"] != "erm" and len(row["seeds"]) > 1]
    if not names:
        return []
    untouched = fmean(board["untouched"][name] for name in names)
    delta = {"seen": "seen_price", "unseen": "gain"}[standing]
    return [
        [
            board["task"],
            f"{board['suite']}, {board['test_set']} ({board['images']})",
            standing,
            f"{untouched:.2f}",
            f"{erm[standing]['mean']:.2f}",
            f"{row[standing]['mean']:.2f} ({row['rule']})",
            _estimate(row[delta], sign="+"),
            row["verdict"] if standing == "unseen" else "",
        ]
        for row in others
    ]


def choice(study: Json) -> str:
    """The mean over test sets of each run of a task, for the rules of its first seed."""
    runs = [run for run in study["runs"] if run["seed"] == 1]
    rules = list(dict.fromkeys(run["rule"] for run in runs))
    means = {(run["task"], run["rule"]): fmean(run["means"].values()) for run in runs}
    tasks = dict.fromkeys(run["task"] for run in runs)
    rows = [[task, *(f"{means[task, rule]:.2f}" for rule in rules)] for task in tasks]
    return "\n".join(_table(["task", *rules], rows))


def levels(study: Json, suite: str, test_set: str) -> str:
    """Every degradation of a suite, seeds averaged."""
    from trainers.degradations.naming import short_name

    found = _board(study, suite, test_set)
    columns = [(each["name"], each["standing"]) for each in found["degradations"]]
    marks = {"seen": " (seen)", "interpolated": " (between)", "unseen": ""}
    heads = ["rule", *(short_name(name) + marks[word] for name, word in columns)]
    rows = [
        [_label(row), *(f"{cells[name]['psnr']['mean']:.2f}" for name, _ in columns)]
        for row in found["rows"]
        if (cells := {cell["degradation"]: cell for cell in row["cells"]})
    ]
    return "\n".join(_table(heads, rows))


def budget(study: Json, suite: str, unit: str) -> str:
    """Each row and its ERM after as much of a unit as both have reached, on validation crops."""
    found = next(
        each for each in study["budgets"] if (each["suite"], each["unit"]) == (suite, unit)
    )
    heads = ["rule", unit, "seen", "unseen", "Δ seen to ERM", "Δ unseen to ERM"]
    rows = [
        [
            short(row["label"]),
            f"{row['amount']:,.0f}",
            *(_spread(row[key]) for key in ("seen", "unseen")),
            *(_spread(row[key], sign="+") for key in ("seen_to_erm", "unseen_to_erm")),
        ]
        for row in found["rows"]
    ]
    return "\n".join(_table(heads, rows))


def looks(study: Json, suite: str) -> str:
    """How much the last looks swing, and what averaging the weights makes of it."""
    heads = [
        "run",
        f"seen, last {LAST} looks",
        f"unseen, last {LAST} looks",
        "unseen, newest",
        "unseen, averaged weights",
        "seconds",
    ]
    rows = [
        [
            f"{short(trail['label'])}, seed {trail['seed']}",
            _of(trail["seen"][-LAST:]) if trail["seen"] else "–",
            _of(trail["unseen"][-LAST:]),
            f"{trail['unseen'][-1]:.2f}",
            f"{trail['averaged_unseen']:.2f}" if trail.get("averaged_unseen") else "–",
            f"{trail['seconds'][-1]:.0f}",
        ]
        for trail in trails_of(study, suite)
    ]
    return "\n".join(_table(heads, rows))


def matched(study: Json, suite: str) -> str:
    """Each run beside ERM of the same seed where ERM was as good on the seen degradations."""
    heads = ["run", "seen", "unseen", f"ERM's looks within ±{NEAR} dB", "ERM, unseen", "difference"]
    trails = trails_of(study, suite)
    erm = {trail["seed"]: trail for trail in trails if short(trail["label"]) == "erm"}
    rows = []
    for trail in trails:
        other = erm.get(trail["seed"])
        if other is None or other is trail:
            continue
        seen, unseen = fmean(trail["seen"][-LAST:]), fmean(trail["unseen"][-LAST:])
        pairs = zip(other["seen"], other["unseen"], strict=True)
        near = [far for close, far in pairs if abs(close - seen) <= NEAR]
        rows.append(
            [
                f"{short(trail['label'])}, seed {trail['seed']}",
                f"{seen:.2f}",
                f"{unseen:.2f}",
                str(len(near)),
                f"{fmean(near):.2f}" if near else "–",
                f"{unseen - fmean(near):+.2f}" if near else "–",
            ]
        )
    return "\n".join(_table(heads, rows))


def trails_of(study: Json, suite: str) -> list[Json]:
    """Those of the study's first test set: other test sets have the same, or other runs."""
    first = study["boards"][0]["test_set"]
    return [
        trail for trail in study["trails"] if (trail["suite"], trail["test_set"]) == (suite, first)
    ]


TABLES: dict[str, Callable[..., str]] = {
    "board": board,
    "levels": levels,
    "tasks": tasks,
    "choice": choice,
    "budget": budget,
    "looks": looks,
    "matched": matched,
}


def _board(study: Json, suite: str, test_set: str) -> Json:
    return next(
        each
        for each in study["boards"]
        if (each["suite"], each["test_set"]) == (suite, test_set) and len(each["confounders"]) == 4
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _label(row: Json) -> str:
    return "oracle" if row["verdict"] == "oracle" else short(row["label"])


def short(label: str) -> str:
    """A label without the network that all rows share."""
    return re.sub(r" rrdb \d+×\d+×\d+", "", label).replace("bias=false", "without biases")


def _estimate(value: Json | None, *, sign: str = "") -> str:
    if value is None:
        return "–"
    form = f"{sign}.2f"
    if value["low"] is None:
        return f"{value['mean']:{form}}"
    return f"{value['mean']:{form}} [{value['low']:{form}}, {value['high']:{form}}]"


def _share(value: Json | None) -> str:
    if value is None:
        return "–"
    mean, *ends = (
        f"{round(value[key], 2) + 0.0:.0%}"  # -0 % would be nonsense
        for key in ("mean", "low", "high")
        if value[key] is not None
    )
    return f"{mean} [{', '.join(ends)}]" if ends else mean


def _range(value: Sequence[float] | None) -> str:
    return "–" if value is None else f"{value[0]:.2f} to {value[1]:.2f}"


def _spread(value: Json | None, *, sign: str = "") -> str:
    if value is None:
        return "–"
    form = f"{sign}.2f"
    return f"{value['mean']:{form}} ({value['lowest']:{form}} to {value['highest']:{form}})"


def _of(values: Sequence[float]) -> str:
    return f"{fmean(values):.2f} ({min(values):.2f} to {max(values):.2f})"
