"""What of a run's final test is behind it, so that an interrupted test goes on where it was."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of a final test is done whole or not at all: one row of a table.

    Attributes:
        weights: name of the weights that are tested.
        suite: name of the suite.
        test_set: name of the test set.
        degradation: full name of the degradation.
    """

    weights: str
    suite: str
    test_set: str
    degradation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsDone:
    """The file of the parts that were tested and reported: a line of JSON each.

    Attributes:
        path: the file; it need not exist.
        signature: of the experiment; seed: of the run. Lines of another do not count.
    """

    path: Path
    signature: str
    seed: int

    def add(self, part: Part, *, step: int) -> None:
        """Note a part that was tested after a step, once its report would outlive this process.

        Raises:
            OSError: the file cannot be written.
        """
        line = json.dumps([*self._of(step), asdict(part)])
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")  # the break in front ends a line that a full disk cut short

    def parts(self, *, step: int) -> frozenset[Part]:
        """The parts that were tested after a step."""
        return frozenset(Part(**part) for *of, part in self._lines() if of == self._of(step))

    def forget(self) -> None:
        """Begin anew: the run trains again, and its registry has dropped what was tested."""
        self.path.unlink(missing_ok=True)

    def _of(self, step: int) -> list[str | int]:
        return [self.signature, self.seed, step]

    def _lines(self) -> Iterator[list[Any]]:
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:  # an empty line, or one that was cut short
                continue
