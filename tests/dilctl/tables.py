"""Finished runs of the paper's tables with made-up scores, for tests of what is set beside them."""

from collections.abc import Sequence
from pathlib import Path

from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.paper_table import Evidence, PaperTable, paper_table
from dilctl.members import Member, members
from dilctl.request import Request
from storage.records import Evaluation, ImageValue, Run
from tests.dilctl.evaluated import SIX, finished
from trainers.degradations.standing import standing
from trainers.experiment import Experiment
from trainers.suites import degradations_of

HERE = Path("/nowhere")


def trained(recipe: str, *assignments: str) -> Experiment:
    """The only experiment of a recipe."""
    (member,) = members(Request(recipe=recipe, assignments=assignments), here=HERE)
    return member.experiment


def members_of(table: str, *assignments: str) -> tuple[Member, ...]:
    """All experiments of a table."""
    return members(Request(recipe=table, assignments=assignments), here=HERE)


def results_of(run: Run, made: Experiment, test_set: str, by: float) -> list[Evaluation]:
    """Evaluations of a run on six images of a test set, with all suites of its experiment."""
    return [
        Evaluation(
            run=run.id,
            step=run.step,
            suite=suite,
            weights="last",
            test_set=test_set,
            degradation=degradation.name,
            standing=standing(degradation, made.confounders),
            images=tuple(
                ImageValue(image=f"{n}.png", psnr=value + by, ssim=0.8)
                for n, value in enumerate(SIX)
            ),
        )
        for suite in made.evaluate.suites
        for degradation in degradations_of(suite, made.confounders)
    ]


def boards_of(*runs: tuple[int, Experiment, Sequence[str]]) -> tuple[Board, ...]:
    """The boards of runs by number, experiment and test sets; each run is 1 dB above the last."""
    done = [(finished(number, made), made, sets) for number, made, sets in runs]
    found = [
        each
        for by, (run, made, sets) in enumerate(done)
        for test_set in sets
        for each in results_of(run, made, test_set, by)
    ]
    return boards([run for run, _, _ in done], found)


def beside_paper(
    number: int, *runs: tuple[int, Experiment, Sequence[str]], there: Sequence[str] = ()
) -> PaperTable:
    """A table of the paper beside runs, where only some test sets are there."""
    evidence = Evidence(
        wanted=[m.experiment.model_dump(mode="json") for m in members_of(f"table{number}")],
        boards=boards_of(*runs),
        experiments={number: made.model_dump(mode="json") for number, made, _ in runs},
        is_there=lambda test_set: test_set in there,
    )
    return paper_table(number, evidence)
