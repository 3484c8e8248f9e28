"""The workload by tensorboardX, into event files."""

from tensorboardX import SummaryWriter

from tests.benchmarks.peers.workload import Peer, main, rows


class TensorboardX(Peer):
    """A folder of event files."""

    def begin(self) -> None:
        self.writer = SummaryWriter(str(self.folder / "events"))

    def write(self) -> None:
        for step, values in rows():
            for key, value in values.items():
                self.writer.add_scalar(key, value, step)
        self.writer.close()


if __name__ == "__main__":
    main(TensorboardX)
