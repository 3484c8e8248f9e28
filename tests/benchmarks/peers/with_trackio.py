"""The workload by trackio, on this machine."""

import os
import sys

from tests.benchmarks.peers.workload import FOUND, Peer, main, rows, values_at

os.environ["TRACKIO_DIR"] = sys.argv[2]  # read when it is imported

import trackio  # noqa: E402
from trackio.sqlite_storage import SQLiteStorage  # noqa: E402

# It has no list by a metric but through its own command for SQL, `trackio query`.
_BEST = f"""
SELECT run_name, MAX(step) AS step, json_extract(metrics, '$.loss') AS value
FROM metrics GROUP BY run_id ORDER BY value DESC LIMIT {FOUND}
"""


class Trackio(Peer):
    """A project in a file."""

    def begin(self) -> None:
        self.run = trackio.init(project="peer", name="run", auto_log_gpu=False)

    def write(self) -> None:
        for step, values in rows():
            trackio.log(values, step=step)
        trackio.finish()

    def seed(self, runs: int) -> None:
        for number in range(runs):
            values = values_at(number * 7919 % 10_007)
            SQLiteStorage.bulk_log("peer", f"run {number}", [values], run_id=str(number))

    def best(self) -> int:
        return len(SQLiteStorage.query_project("peer", _BEST)["rows"])


if __name__ == "__main__":
    main(Trackio)
