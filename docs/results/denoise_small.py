"""The study of docs/results/denoise-small.md: its numbers from a registry, its picture and tables.

python docs/results/denoise_small.py collect HOME   # registry -> data/denoise-small.json
python docs/results/denoise_small.py draw           # data -> denoise-small.svg, tables (stdout)
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE / "data" / "denoise-small.json"
PICTURE = HERE / "denoise-small.svg"
COLOURS = {"erm": "#0072b2", "dil-sf": "#d55e00"}  # told apart by colour-blind readers too
MARKERS = {1: "o", 2: "s"}


def collect(home: Path) -> None:
    """Write boards and curves of a registry's finished runs as JSON."""
    from dilctl.export import board_json
    from dilctl.jobs import Jobs
    from dilctl.settings import Settings
    from storage.records import Status

    jobs = Jobs(Settings(home))
    runs = sorted(jobs.runs(statuses=[Status.DONE]), key=lambda run: run.id)
    curves = []
    for run in runs:
        seen, unseen = (jobs.curve(run.id, f"psnr@crops:{word}") for word in ("seen", "unseen"))
        curves.append(
            {
                "run": run.id,
                "rule": run.rule,
                "seed": run.seed,
                "gradients": seen.gradients,
                "seconds": [round(second, 1) for second in seen.seconds],
                "seen": [round(value, 4) for value in seen.values],
                "unseen": [round(value, 4) for value in unseen.values],
            }
        )
    study = {"boards": [board_json(board) for board in jobs.boards("denoise")], "curves": curves}
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(json.dumps(study, indent=1) + "\n")


def draw() -> None:
    """Draw the trade-off curve, and print the tables as Markdown."""
    study = json.loads(DATA.read_text())
    _picture(study["curves"])
    sys.stdout.write("\n\n".join(_table(board) for board in study["boards"]) + "\n\n")
    sys.stdout.write(_spread(study["curves"]) + "\n")


def _picture(curves: list[dict[str, Any]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "denoise-small"  # the same picture from the same numbers
    from matplotlib import pyplot as plt

    figure, (tradeoff, through) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for curve in curves:
        look = {"color": COLOURS[curve["rule"]], "marker": MARKERS[curve["seed"]], "markersize": 4}
        label = f"{curve['rule']}, seed {curve['seed']}"
        tradeoff.plot(curve["seen"], curve["unseen"], linewidth=0.8, label=label, **look)
        tradeoff.plot(curve["seen"][-1], curve["unseen"][-1], **look | {"markersize": 9})
        through.plot(curve["gradients"], curve["unseen"], linewidth=0.8, **look)
    tradeoff.set(
        xlabel="PSNR at seen noise, σ 5 to 20 (dB)", ylabel="PSNR at unseen noise, σ 25 to 50 (dB)"
    )
    tradeoff.legend(fontsize="small")
    through.set(xlabel="gradient evaluations", ylabel="PSNR at unseen noise (dB)")
    figure.suptitle(
        "Ten crops of validation images, every 200 gradient evaluations; large: the end"
    )
    figure.savefig(PICTURE, metadata={"Date": None})


def _table(board: dict[str, Any]) -> str:
    names = [degradation["name"] for degradation in board["degradations"]]
    heads = [
        f"{degradation['name'].removeprefix('gaussian-noise sigma=')} ({degradation['standing']})"
        for degradation in board["degradations"]
    ]
    columns = ["rule", "seeds", "seen mean", *heads, "unseen mean", "Δ to ERM", "verdict"]
    lines = [
        f"**{board['test_set']}**, {board['images']} images, PSNR in dB over RGB",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + "---|" * len(columns),
    ]
    for row in board["rows"]:
        cells = {cell["degradation"]: f"{cell['psnr']['mean']:.2f}" for cell in row["cells"]}
        values = [
            row["rule"],
            ", ".join(map(str, row["seeds"])),
            _estimate(row["seen"]),
            *(cells[name] for name in names),
            _estimate(row["unseen"]),
            _estimate(row["gain"], signed=True),
            row["verdict"],
        ]
        lines.append("| " + " | ".join(values) + " |")
    return "\n".join([*lines, "", *board["notes"]])


def _estimate(value: dict[str, float] | None, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    form = "+.2f" if signed else ".2f"
    return f"{value['mean']:{form}} [{value['low']:{form}}, {value['high']:{form}}]"


def _spread(curves: list[dict[str, Any]]) -> str:
    """How far the last five looks of each run lie apart."""
    lines = [
        "| run | seen, last five looks | unseen, last five looks | seconds |",
        "|---|---|---|---|",
    ]
    for curve in curves:
        cells = [
            f"mean {sum(last) / len(last):.2f}, {min(last):.2f} to {max(last):.2f}"
            for last in (curve["seen"][-5:], curve["unseen"][-5:])
        ]
        lines.append(
            f"| {curve['rule']}, seed {curve['seed']} | {cells[0]} | {cells[1]} "
            f"| {curve['seconds'][-1]:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect", home]:
            collect(Path(home))
        case ["draw"]:
            draw()
        case _:
            sys.exit(__doc__)
