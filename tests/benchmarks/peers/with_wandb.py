"""The workload by wandb without its server."""

import wandb

from tests.benchmarks.peers.workload import Peer, main, rows


class Wandb(Peer):
    """A folder of offline runs."""

    def begin(self) -> None:
        quiet = wandb.Settings(silent=True, x_disable_stats=True, x_disable_meta=True)
        self.run = wandb.init(
            project="peer", mode="offline", dir=str(self.folder), settings=quiet
        )  # fmt: skip

    def write(self) -> None:
        for step, values in rows():
            self.run.log(values, step=step)
        self.run.finish()


if __name__ == "__main__":
    main(Wandb)
