"""``dilctl curves``: which curves are meant, as numbers, and as they are drawn."""

import csv
import io
import json
import math
from pathlib import Path

import pytest

from dilctl.cli.curve_plots import Manner, print_plots
from dilctl.histories import Axis, path
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Points
from storage.registry import Registry
from tests.dilctl.seeded import new_run
from tests.dilctl.shell import Shell
from tests.dilctl.terminal import at_terminal


def test_the_sensible_curves_are_chosen_unless_told_otherwise(seeded: Shell) -> None:
    curves = json.loads(seeded("curves", "1", "--json"))
    assert [curve["metric"] for curve in curves] == ["psnr@crops:seen", "psnr@crops:unseen", "loss"]
    assert len(curves[0]["values"]) == len(curves[0]["gradients"]) == 16


def test_metrics_are_named_shortly_and_misspellings_are_answered(seeded: Shell) -> None:
    (curve,) = json.loads(seeded("curves", "1", "-m", "psnr@crops:σ30", "--json"))
    assert curve["metric"] == "psnr@crops:gaussian-noise sigma=30"
    assert "did you mean loss?" in seeded.error("curves", "1", "-m", "los", code=6)
    assert "is no curve" in seeded.error("curves", "1", "-m", "psnr@CBSD68:unseen", code=6)
    assert "exclude each other" in seeded.error("curves", "1", "--json", "--csv", code=2)


def test_a_pipe_gets_every_point_and_columns_reduce_them(seeded: Shell) -> None:
    lines = seeded("curves", "1", "2", "-m", "loss").splitlines()
    assert len(lines) == 1 + 2 * 16
    assert lines[0].split() == ["run", "step", "gradients", "seconds", "value", "metric"]
    assert lines[1].split() == ["1", "50", "200", "4", "0.366359", "loss"]
    rows = list(
        csv.DictReader(io.StringIO(seeded("curves", "1", "-m", "loss", "--columns", "4", "--csv")))
    )
    assert [row["last"] for row in rows] == ["200", "400", "600", "800"]
    assert float(rows[0]["highest"]) == pytest.approx(0.366359, abs=1e-6)


def test_a_run_that_measured_nothing_has_no_curves(seeded: Shell) -> None:
    assert seeded("curves", "8", "--json") == "[]\n"
    assert seeded("curves", "8") == ""
    assert "nothing has been measured" in seeded.result.stderr


def test_values_that_are_no_numbers_are_null_in_json_and_left_out_of_drawings(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(shell.home)
    settings.home.mkdir(parents=True)
    with Registry.open(settings.registry) as registry:
        registry.submit([new_run("erm", 1)], who="ada")
        attempt = registry.claim(1, "here")
        assert attempt is not None
        values = [1.0, math.nan, math.inf, -1.0, 2.0]
        points = [
            Points(step=step, gradients=step, seconds=step, values={"loss": value})
            for step, value in enumerate(values)
        ]
        registry.write(1, attempt.number, points, [])
    (curve,) = json.loads(shell("curves", "1", "--json"))
    assert curve["values"] == [1.0, None, None, -1.0, 2.0]
    with Jobs(settings) as jobs:
        for axis in Axis:
            drawn = path(jobs, 1, "loss", axis=axis, columns=100)
            assert [round(x, 1) for x, _ in drawn.places] == [0.0, 3.0, 4.0]
            assert [y for _, y in drawn.places] == [1.0, -1.0, 2.0]
        manner = Manner(axis=Axis.STEP, is_log=True)
        print_plots(jobs, jobs.runs(), ["loss"], manner)
    assert "loss (logarithmic), upwards, against steps" in capsys.readouterr().out


def test_several_runs_share_a_plot_and_are_told_apart_by_letters(
    seeded: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    with Jobs(Settings(seeded.home)) as jobs:
        print_plots(jobs, jobs.runs(ids=[5, 7]), ["loss"], Manner(axis=Axis.GRADIENTS))
    drawn = capsys.readouterr().out
    assert "A run 7, dil-sf seed 4" in drawn
    assert "B run 5, erm seed 3" in drawn
    assert "against gradient evaluations" in drawn
    assert drawn.count("A") >= 3


def test_seen_and_unseen_of_one_run_share_a_plot(
    seeded: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = ["psnr@crops:seen", "psnr@crops:unseen", "loss"]
    with Jobs(Settings(seeded.home)) as jobs:
        print_plots(jobs, jobs.runs(ids=[1]), metrics, Manner(axis=Axis.SECONDS))
    drawn = capsys.readouterr().out
    assert drawn.count("seconds of training") == 2
    assert "B run 1, erm seed 1, unseen" in drawn


def test_no_peak_is_lost_where_many_points_share_a_column(seeded: Shell) -> None:
    with Jobs(Settings(seeded.home)) as jobs:
        whole = jobs.curve(1, "loss").values
        for axis in Axis:
            drawn = path(jobs, 1, "loss", axis=axis, columns=3)
            assert (min(y for _, y in drawn.places), max(y for _, y in drawn.places)) == (
                min(whole),
                max(whole),
            )


def test_curves_are_written_for_tensorboard(seeded: Shell, tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    folder = tmp_path / "events"
    written = seeded("curves", "rule=erm", "--tensorboard", str(folder)).splitlines()
    assert len(written) == 3
    assert all(list(Path(line).glob("events.out.tfevents.*")) for line in written)


@pytest.mark.slow
def test_a_terminal_gets_pictures(seeded: Shell) -> None:
    seen = at_terminal(seeded.home, "curves", "1", "5")
    assert seen.code == 0
    assert "loss, upwards, against steps" in seen.text
    assert any("⠁" <= character <= "⣿" for character in seen.text)
    assert "\x1b[" not in at_terminal(seeded.home, "curves", "1", "-m", "los").text
