"""The workload by mlflow, into SQLite."""

import time
from itertools import islice

from mlflow import MlflowClient
from mlflow.entities import Metric

from tests.benchmarks.peers.workload import BATCH, FOUND, KEYS, Peer, main, rows, values_at


class Mlflow(Peer):
    """A tracking store in a file."""

    def begin(self) -> None:
        place = self.folder / "mlflow.db"
        self.client = MlflowClient(tracking_uri=f"sqlite:///{place}")
        artifacts = (self.folder / "artifacts").as_uri()
        self.experiment = self.client.create_experiment("peer", artifact_location=artifacts)
        self.run = self.client.create_run(self.experiment).info.run_id

    def write(self) -> None:
        now = int(1000 * time.time())
        points = (Metric(key, value, now, step) for step, at in rows() for key, value in at.items())
        while batch := list(islice(points, BATCH)):
            self.client.log_batch(self.run, metrics=batch)

    def seed(self, runs: int) -> None:
        self.begin()
        now = int(1000 * time.time())
        for number in range(runs):
            values = values_at(number * 7919 % 10_007)
            metrics = [Metric(key, values[key], now, 1) for key in KEYS]
            run = self.client.create_run(self.experiment).info.run_id
            self.client.log_batch(run, metrics=metrics)

    def best(self) -> int:
        order = ["metrics.loss DESC"]
        return len(self.client.search_runs([self.experiment], order_by=order, max_results=FOUND))


if __name__ == "__main__":
    main(Mlflow)
