"""The studies of this folder: numbers from a registry, and from them tables and pictures.

python docs/results/studies.py collect STUDY HOME [NAME ...]   # registry -> data/STUDY.json
python docs/results/studies.py draw                            # data -> tables in *.md, *.svg

A page holds its tables between ``<!-- table: board noise-levels Set14 -->`` and
``<!-- end -->``; drawing puts them there again from the data.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

HERE = Path(__file__).parent
BLOCK = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
LAST = 5
NEAR = 0.5  # decibels
Json = dict[str, Any]


def collect(name: str, home: Path, also: Sequence[str] = ()) -> None:
    """Write boards, looks and equal budgets of a registry's finished runs as JSON.

    Args:
        name: of the study, with which the names of its runs begin.
        home: the registry's folder.
        also: with what the names of more of its runs begin.
    """
    from dilctl.cli.output import plain
    from dilctl.export import board_json
    from dilctl.jobs import Jobs
    from dilctl.settings import Settings
    from storage.records import Status

    jobs = Jobs(Settings(home))
    done = sorted(jobs.runs(statuses=[Status.DONE]), key=lambda run: run.id)
    runs = [run for run in done if run.name.startswith((name, *also))]
    boards = jobs.boards("denoise", among=[run.id for run in runs])
    study = {
        "boards": [board_json(board) for board in boards],
        "trails": [trail for board in boards for trail in _trails(jobs, board)],
        "budgets": [
            {"suite": board.suite, "test_set": board.test_set, **plain(found)}
            for board in boards
            for unit in ("steps", "gradients", "seconds")
            if (found := jobs.at_equal_budget(board, unit))
        ],
    }
    (HERE / "data").mkdir(exist_ok=True)
    (HERE / "data" / f"{name}.json").write_text(json.dumps(_rounded(study), indent=1) + "\n")


def _trails(jobs: Any, board: Any) -> list[Json]:
    """The looks at each run of a board under its degradations, averaged weights beside the last."""
    from dilctl.leaderboard.looks import crop_curves, looks_of

    degradations = [name for name, _ in board.degradations]
    found = []
    for trail in jobs.tradeoff(board):
        looks = trail.looks
        wanted = {(looks.run, "average"): degradations}
        averaged = [
            of.unseen[-1]
            for curves in crop_curves(wanted, jobs.registry.curves)
            if (of := looks_of(curves, board.degradations))
        ]
        found.append(
            {
                "suite": board.suite,
                "test_set": board.test_set,
                "label": trail.label,
                "seed": trail.seed,
                "gradients": looks.gradients,
                "seconds": looks.seconds,
                "seen": looks.seen,
                "unseen": looks.unseen,
                "averaged_unseen": averaged[0] if averaged else None,
            }
        )
    return found


def _rounded(value: Any) -> Any:
    """Four decimals say more than the numbers know, and keep the files small."""
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {key: _rounded(each) for key, each in value.items()}
        case list() | tuple():
            return [_rounded(each) for each in value]
        case _:
            return value


def draw() -> None:
    """Put the tables into the pages again, and draw the pictures."""
    for data in sorted((HERE / "data").glob("*.json")):
        study, page = json.loads(data.read_text()), HERE / f"{data.stem}.md"
        if page.exists():
            page.write_text(filled(page.read_text(), study))
        _picture(study, HERE / f"{data.stem}.svg")


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
            _short(row["label"]),
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
            f"{_short(trail['label'])}, seed {trail['seed']}",
            _of(trail["seen"][-LAST:]) if trail["seen"] else "–",
            _of(trail["unseen"][-LAST:]),
            f"{trail['unseen'][-1]:.2f}",
            f"{trail['averaged_unseen']:.2f}" if trail.get("averaged_unseen") else "–",
            f"{trail['seconds'][-1]:.0f}",
        ]
        for trail in _trails_of(study, suite)
    ]
    return "\n".join(_table(heads, rows))


def matched(study: Json, suite: str) -> str:
    """Each run beside ERM of the same seed where ERM was as good on the seen degradations."""
    heads = ["run", "seen", "unseen", f"ERM's looks within ±{NEAR} dB", "ERM, unseen", "difference"]
    trails = _trails_of(study, suite)
    erm = {trail["seed"]: trail for trail in trails if _short(trail["label"]) == "erm"}
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
                f"{_short(trail['label'])}, seed {trail['seed']}",
                f"{seen:.2f}",
                f"{unseen:.2f}",
                str(len(near)),
                f"{fmean(near):.2f}" if near else "–",
                f"{unseen - fmean(near):+.2f}" if near else "–",
            ]
        )
    return "\n".join(_table(heads, rows))


def _trails_of(study: Json, suite: str) -> list[Json]:
    """Those of the study's first test set: other test sets have the same, or other runs."""
    first = study["boards"][0]["test_set"]
    return [
        trail for trail in study["trails"] if (trail["suite"], trail["test_set"]) == (suite, first)
    ]


TABLES: dict[str, Callable[..., str]] = {
    "board": board,
    "levels": levels,
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
    return "oracle" if row["verdict"] == "oracle" else _short(row["label"])


def _short(label: str) -> str:
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
    if value["low"] is None:
        return f"{value['mean']:.0%}"
    return f"{value['mean']:.0%} [{value['low']:.0%}, {value['high']:.0%}]"


def _range(value: Sequence[float] | None) -> str:
    return "–" if value is None else f"{value[0]:.2f} to {value[1]:.2f}"


def _spread(value: Json | None, *, sign: str = "") -> str:
    if value is None:
        return "–"
    form = f"{sign}.2f"
    return f"{value['mean']:{form}} ({value['lowest']:{form}} to {value['highest']:{form}})"


def _of(values: Sequence[float]) -> str:
    return f"{fmean(values):.2f} ({min(values):.2f} to {max(values):.2f})"


# Okabe and Ito's colours, told apart by colour-blind readers too; and markers.
INKS = [
    ("#000000", "o"),
    ("#d55e00", "s"),
    ("#0072b2", "^"),
    ("#e69f00", "D"),
    ("#009e73", "v"),
    ("#56b4e9", "P"),
    ("#cc79a7", "X"),
]


def _picture(study: Json, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = path.stem  # the same picture from the same numbers
    from matplotlib import pyplot as plt

    figure, (tradeoff, through) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    trails = _trails_of(study, "noise-levels")
    inks = dict(zip(dict.fromkeys(_short(trail["label"]) for trail in trails), INKS, strict=False))
    labelled: set[str] = set()
    for trail in trails:
        name = _short(trail["label"])
        (colour, marker), look = inks[name], {"linewidth": 0.9, "alpha": 0.85}
        label = None if name in labelled else name
        labelled.add(name)
        seen, unseen = trail["seen"], trail["unseen"]
        tradeoff.plot(seen, unseen, color=colour, **look)
        tradeoff.plot(seen[-1], unseen[-1], marker, color=colour, label=label, linestyle="none")
        through.plot(trail["gradients"], unseen, color=colour, **look)
    tradeoff.set(xlabel="PSNR at seen noise (dB)", ylabel="PSNR at unseen noise (dB)")
    tradeoff.legend(fontsize="small")
    through.set(xlabel="gradient evaluations", ylabel="PSNR at unseen noise (dB)")
    figure.suptitle(
        "Noise levels on validation crops through training: a line a run, a mark its end"
    )
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect", name, home, *also]:
            collect(name, Path(home), also)
        case ["draw"]:
            draw()
        case _:
            sys.exit(__doc__)
