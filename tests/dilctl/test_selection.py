"""Which runs the words after a command mean."""

from collections.abc import Iterator

import pytest

from dilctl.errors import NotFoundError, UsageError
from dilctl.jobs import Jobs
from dilctl.selection import chosen, only, unmeasured
from dilctl.settings import Settings
from storage.errors import QueryError, UnknownRunError
from tests.dilctl.shell import Shell


@pytest.fixture
def jobs(seeded: Shell) -> Iterator[Jobs]:
    with Jobs(Settings(seeded.home)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        (["7"], [7]),
        (["7", "3", "7"], [7, 3]),
        (["7,3"], [7, 3]),
        (["2..4"], [2, 3, 4]),
        (["6..90"], [6, 7, 8]),
        (["1..2,8", "5"], [1, 2, 8, 5]),
        (["last"], [8]),
        (["1", "last"], [1, 8]),
        (["rule=erm"], [1, 3, 5]),
        (["rule=erm", "and", "seed", "<", "3"], [1, 3]),
        (["psnr@CBSD68:unseen > 20"], [1, 2, 3, 4]),
        (["denoise-small"], [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_numbers_ranges_last_and_queries_mean_runs(
    jobs: Jobs, words: list[str], runs: list[int]
) -> None:
    assert chosen(jobs, words) == runs


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ([], UsageError, "name runs"),
        (["  "], UsageError, "name runs"),
        (["9"], UnknownRunError, "no run 9"),
        (["999999999999999999"], UnknownRunError, "no run 999999999999999999"),
        (["9..11"], NotFoundError, "no run from 9 to 11"),
        (["4..2"], UsageError, "write 2..4"),
        (["rule=nothing"], NotFoundError, "rule=nothing"),
        (["psnr@Nowhere:unseen>2"], NotFoundError, "no run has measured psnr@Nowhere:unseen"),
        (["status="], QueryError, "column"),
        (["-7"], NotFoundError, "no run is meant by: -7"),
    ],
)
def test_what_means_no_run_is_said(
    jobs: Jobs, words: list[str], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        chosen(jobs, words)


def test_where_one_is_wanted_several_are_refused_and_named(jobs: Jobs) -> None:
    assert only(jobs, ["rule=erm and seed=1"]) == 1
    with pytest.raises(UsageError, match=r"rule=erm: means 3 runs \(1, 3, 5\); name one"):
        only(jobs, ["rule=erm"])


def test_a_whole_name_or_its_unique_beginning_means_one_run(shell: Shell) -> None:
    for name in ("denoise", "denoise-wide", "wide-denoise"):
        shell("submit", "denoise-small", "--again", "--name", name)
    with Jobs(Settings(shell.home)) as jobs:
        assert only(jobs, ["denoise"]) == 1
        assert only(jobs, ["wide"]) == 3
        assert only(jobs, ["denoise-w"]) == 2
        with pytest.raises(UsageError, match="means 3 runs"):
            only(jobs, ["den"])


def test_asking_an_absent_registry_makes_none(shell: Shell) -> None:
    with Jobs(Settings(shell.home)) as jobs, pytest.raises(NotFoundError, match="dilctl demo"):
        chosen(jobs, ["last"])
    assert not shell.home.exists()


def test_metrics_that_nobody_measured_are_named(jobs: Jobs) -> None:
    assert unmeasured(jobs, "psnr@A:b>1 or psnr@CBSD68:unseen>1", "-psnr@C:d") == [
        "psnr@A:b",
        "psnr@C:d",
    ]
    assert unmeasured(jobs, "rule=erm") == []
