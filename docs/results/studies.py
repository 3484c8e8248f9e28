"""The studies of this folder: numbers from a registry, and from them tables and pictures.

python docs/results/studies.py collect NAME HOME   # registry -> data/NAME.json
python docs/results/studies.py draw                # data -> the tables in *.md, and *.svg

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
Json = dict[str, Any]


def collect(name: str, home: Path) -> None:
    """Write boards, looks and equal budgets of a registry's finished runs as JSON."""
    from dilctl.cli.output import plain
    from dilctl.export import board_json
    from dilctl.jobs import Jobs
    from dilctl.settings import Settings
    from storage.records import Status

    jobs = Jobs(Settings(home))
    boards = jobs.boards("denoise")
    first = boards[0]
    study = {
        "boards": [board_json(board) for board in boards],
        "runs": [_run(jobs, run) for run in sorted(jobs.runs(statuses=[Status.DONE]), key=_number)],
        "budgets": [
            plain(found)
            for unit in ("steps", "gradients", "seconds")
            if (found := jobs.at_equal_budget(first, unit))
        ],
    }
    (HERE / "data").mkdir(exist_ok=True)
    (HERE / "data" / f"{name}.json").write_text(json.dumps(_rounded(study), indent=1) + "\n")


def _number(run: Any) -> int:
    return run.id


def _run(jobs: Any, run: Any) -> Json:
    curves = {
        weights: {word: jobs.curve(run.id, f"psnr@{place}:{word}") for word in ("seen", "unseen")}
        for weights, place in (("last", "crops"), ("average", "crops-average"))
    }
    along = curves["last"]["seen"]
    return {
        "run": run.id,
        "name": run.name,
        "rule": run.rule,
        "seed": run.seed,
        "seconds_spent": run.seconds,
        "steps": along.steps,
        "gradients": along.gradients,
        "seconds": along.seconds,
        "seen": along.values,
        "unseen": curves["last"]["unseen"].values,
        "average_steps": curves["average"]["seen"].steps,
        "average_seen": curves["average"]["seen"].values,
        "average_unseen": curves["average"]["unseen"].values,
    }


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


def budget(study: Json, unit: str) -> str:
    """All rows at the most of a unit that every run has reached, on the validation crops."""
    found = next(each for each in study["budgets"] if each["unit"] == unit)
    heads = ["rule", "seen", "unseen", "Δ unseen to ERM", "Δ seen to ERM"]
    rows = [
        [
            _short(row["label"]),
            *(_spread(row[key]) for key in ("seen", "unseen")),
            *(_spread(row[key], sign="+") for key in ("unseen_to_erm", "seen_to_erm")),
        ]
        for row in found["rows"]
    ]
    caption = f"At **{found['amount']:,.0f} {unit}**, the most that all have reached"
    return "\n".join(
        [f"{caption} (mean over seeds, lowest to highest seed)", "", *_table(heads, rows)]
    )


def looks(study: Json) -> str:
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
            f"{_name(run)}, seed {run['seed']}",
            _of(run["seen"][-LAST:]),
            _of(run["unseen"][-LAST:]),
            f"{run['unseen'][-1]:.2f}",
            f"{run['average_unseen'][-1]:.2f}" if run.get("average_unseen") else "–",
            f"{run['seconds'][-1]:.0f}",
        ]
        for run in study["runs"]
    ]
    return "\n".join(_table(heads, rows))


TABLES: dict[str, Callable[..., str]] = {
    "board": board,
    "levels": levels,
    "budget": budget,
    "looks": looks,
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
    if row["verdict"] == "oracle":
        return "oracle"
    return _short(row["label"])


def _short(label: str) -> str:
    """A label without the network that all rows share."""
    return re.sub(r" rrdb \d+×\d+×\d+", "", label).replace("bias=False", "without biases")


def _name(run: Json) -> str:
    special = {"pilot-oracle": "oracle", "pilot-bias-free": "erm without biases"}
    return special.get(run["name"], run["rule"])


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


COLOURS = {  # Okabe and Ito's, told apart by colour-blind readers too
    "erm": "#000000",
    "dil-sf": "#d55e00",
    "dil-pf": "#e69f00",
    "dil-ps": "#0072b2",
    "dil-ss": "#56b4e9",
    "erm without biases": "#009e73",
    "oracle": "#cc79a7",
}


def _picture(study: Json, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = path.stem  # the same picture from the same numbers
    from matplotlib import pyplot as plt

    figure, (tradeoff, through) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    labelled: set[str] = set()
    for run in study["runs"]:
        name = _name(run)
        if name == "oracle":
            continue
        look = {"color": COLOURS[name], "linewidth": 0.9, "alpha": 0.8}
        label = None if name in labelled else name
        labelled.add(name)
        tradeoff.plot(run["seen"], run["unseen"], label=label, **look)
        tradeoff.plot(run["seen"][-1], run["unseen"][-1], "o", markersize=5, color=COLOURS[name])
        through.plot(run["gradients"], run["unseen"], **look)
    tradeoff.set(xlabel="PSNR at seen degradations (dB)", ylabel="PSNR at unseen degradations (dB)")
    tradeoff.legend(fontsize="small")
    through.set(xlabel="gradient evaluations", ylabel="PSNR at unseen degradations (dB)")
    figure.suptitle("Validation crops through training; a line is a run, a dot its end")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect", name, home]:
            collect(name, Path(home))
        case ["draw"]:
            draw()
        case _:
            sys.exit(__doc__)
