"""The workload by dilctl's registry."""

from storage.query import Sort
from storage.records import Points
from storage.registry import Registry
from tests.benchmarks.peers.workload import BATCH, FOUND, KEYS, STEPS, Peer, main, values_at
from tests.benchmarks.seeding import Size, seed
from tests.benchmarks.writing import begun


class Dilctl(Peer):
    """A registry in a file."""

    def begin(self) -> None:
        with Registry.open(self.folder / "registry.db") as registry:  # leaves no log when closed
            self.attempt = begun(registry, "peer")
        self.registry = Registry.open(self.folder / "registry.db")

    def write(self) -> None:
        at_once = BATCH // len(KEYS)
        for first in range(0, STEPS, at_once):
            points = [
                Points(step=step, gradients=4 * step, seconds=0.1 * step, values=values_at(step))
                for step in range(first, first + at_once)
            ]
            self.registry.write(self.attempt.run, self.attempt.number, points, ())
        self.registry.close()

    def seed(self, runs: int) -> None:
        seed(self.folder / "registry.db", Size(runs=runs, points=1))
        self.registry = Registry.open(self.folder / "registry.db")

    def best(self) -> int:
        return len(self.registry.runs(sort=Sort.parse("-metric.loss"), limit=FOUND))


if __name__ == "__main__":
    main(Dilctl)
