"""The tests of a run on whole images: one test set, suite and kind of weights at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

from dilctl.dash.drawing import Pieces
from dilctl.dash.run import heat_map
from dilctl.dash.run.heat_map import Score
from dilctl.dash.run.lines_part import TextPart
from dilctl.jobs import Jobs
from dilctl.text import visible
from storage.records import Evaluation, Run

Field = Literal["test_set", "suite", "weights"]

_WIDTH = 80
_NONE = "No test yet: each run is tested on whole images when it ends."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """What the map shows."""

    test_set: str
    suite: str
    weights: str


class EvaluationsPart(TextPart):
    """Keys go round what there is of each."""

    TITLE = "evaluations"
    WRAPS = False
    BINDINGS = [
        Binding("d", "turn('test_set')", "Set", id="run.test_set"),
        Binding("s", "turn('suite')", "Suite", id="run.suite"),
        Binding("w", "turn('weights')", "Weights", id="run.weights"),
        Binding("m", "score", "SSIM", id="run.score"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Evaluation, ...] = ()
        self._chosen: _Test | None = None
        self._score: Score = "psnr"
        self._run = ""

    def key(self, run: Run) -> object:
        """New values of a test are among the newest of the run."""
        tested = (item for item in run.latest.items() if "@" in item[0])
        return run.id, run.status, tuple(tested)

    def rows(self, jobs: Jobs, run: Run) -> Sequence[Pieces]:
        """Read the tests; which are shown is decided when they are."""
        self._found = jobs.registry.evaluations([run.id])
        return (((str(run.id), ""),),)

    def show(self, seen: Sequence[Pieces]) -> None:
        """Draw the map."""
        self._run = seen[0][0][0]
        self._draw()

    def _draw(self) -> None:
        self.lines.show(tuple(self._map()))

    def _map(self) -> Iterator[Pieces]:
        tests = list(dict.fromkeys(_test_of(each) for each in self._found))
        if not tests:
            yield ((_NONE, "dim italic"),)
            yield ((f"To test it now: dilctl eval {self._run}", "dim italic"),)
            return
        if self._chosen not in tests:
            self._chosen = tests[0]
        yield from _choices(tests, self._chosen)
        yield ()
        mine = [each for each in self._found if _test_of(each) == self._chosen]
        cells = heat_map.cells_of(mine, self._score)
        yield from heat_map.rows(cells, self._score, self.size.width or _WIDTH)

    def on_resize(self) -> None:
        """The map is broken elsewhere."""
        self._draw()

    def action_turn(self, field: Field) -> None:
        """Go to the next test set, suite or kind of weights that there is."""
        tests = list(dict.fromkeys(_test_of(each) for each in self._found))
        if self._chosen is None or self._chosen not in tests:
            return
        values = list(dict.fromkeys(getattr(test, field) for test in tests))
        here = values.index(getattr(self._chosen, field))
        wanted = values[(here + 1) % len(values)]
        fitting = [test for test in tests if getattr(test, field) == wanted]
        chosen = self._chosen
        self._chosen = max(fitting, key=lambda test: _alike(test, chosen))
        self._draw()

    def action_score(self) -> None:
        """PSNR or SSIM."""
        self._score = "ssim" if self._score == "psnr" else "psnr"
        self._draw()


def _test_of(each: Evaluation) -> _Test:
    return _Test(test_set=each.test_set, suite=each.suite, weights=each.weights)


def _alike(one: _Test, other: _Test) -> int:
    """In how much two tests agree."""
    fields: tuple[Field, ...] = ("test_set", "suite", "weights")
    return sum(getattr(one, field) == getattr(other, field) for field in fields)


def _choices(tests: Sequence[_Test], chosen: _Test) -> Iterator[Pieces]:
    """A line for each thing that can be chosen, what is chosen marked."""
    for key, field, word in (
        ("d", "test_set", "test set"),
        ("s", "suite", "suite"),
        ("w", "weights", "weights"),
    ):
        values = dict.fromkeys(getattr(test, field) for test in tests)
        said = [
            (f"▸{visible(value)} ", "bold underline")
            if value == getattr(chosen, field)
            else (f" {visible(value)} ", "")
            for value in values
        ]
        yield ((f"{word:<9}", "cyan"), (f"{key}  ", "dim"), *said)
