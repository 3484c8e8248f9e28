"""The studies of this folder: numbers from a registry, and from them tables and pictures.

python docs/results/studies.py collect STUDY HOME [NAME ...]   # registry -> data/STUDY.json
python docs/results/studies.py draw                            # data -> tables in *.md, *.svg
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tables import filled, short, trails_of

HERE = Path(__file__).parent
Json = dict[str, Any]


def collect(name: str, home: Path, also: Sequence[str] = ()) -> None:
    """Write boards, looks and equal budgets of a registry's finished runs as JSON.

    Args:
        name: of the study, with which the names of its runs begin.
        home: the registry's folder.
        also: with what the names of more of its runs begin.
    """
    from dilctl.cli.output import plain
    from dilctl.export.board import board_json
    from dilctl.jobs import Jobs
    from dilctl.settings import Settings
    from storage.records import Status

    jobs = Jobs(Settings(home))
    done = sorted(jobs.runs(statuses=[Status.DONE]), key=lambda run: run.id)
    runs = [run for run in done if run.name.startswith((name, *also))]
    boards = [
        board
        for task in dict.fromkeys(run.task for run in runs)
        for board in jobs.boards(task, among=[run.id for run in runs])
    ]
    study = {
        "boards": [{**board_json(board), "untouched": _untouched(board, runs)} for board in boards],
        "runs": [_run(jobs, run) for run in runs],
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


def _run(jobs: Any, run: Any) -> Json:
    """A run, and for each of its test sets the mean over degradations and images."""
    found: dict[str, list[float]] = {}
    for each in jobs.registry.evaluations([run.id]):
        mean = sum(image.psnr for image in each.images) / len(each.images)
        found.setdefault(f"{each.suite}, {each.test_set}", []).append(mean)
    means = {test: sum(values) / len(values) for test, values in found.items()}
    return {"task": run.task, "rule": run.rule, "seed": run.seed, "means": means}


def _untouched(board: Any, runs: Sequence[Any]) -> Json:
    """PSNR of the degraded images themselves: means over the images of a board's test set."""
    import torch

    from trainers.data.testing import find_test_set
    from trainers.evaluate import Bench, Trial, evaluate_suite, opened
    from trainers.recipe import parse_experiment
    from trainers.suites import colour_space, degradations_of

    first = next(run for run in runs if run.id in board.rows[0].runs)
    experiment = parse_experiment(first.experiment)
    sets = (find_test_set(source) for source in experiment.data.test)
    files = next(each for each in sets if each.name == board.test_set).files
    space = colour_space(board.task, board.suite, board.test_set)
    images = [opened(file) for file in files]
    bench = Bench(network=lambda image: image, device=torch.device("cpu"))
    means = {}
    for degradation in degradations_of(board.suite, experiment.confounders):
        trial = Trial(suite=board.suite, degradation=degradation, colour_space=space)
        scores = evaluate_suite(images, trial, bench)
        means[degradation.name] = sum(score.psnr for score in scores) / len(scores)
    return means


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
        if trails_of(study, "noise-levels") and len({b["task"] for b in study["boards"]}) == 1:
            _picture(study, HERE / f"{data.stem}.svg")


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
    trails = trails_of(study, "noise-levels")
    inks = dict(zip(dict.fromkeys(short(trail["label"]) for trail in trails), INKS, strict=False))
    labelled: set[str] = set()
    for trail in trails:
        name = short(trail["label"])
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
