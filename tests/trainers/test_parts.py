"""The file that says what of a final test is behind a run."""

from dataclasses import replace
from pathlib import Path

import pytest

from trainers.parts import Part, PartsDone

PART = Part(weights="last", suite="noise-levels", test_set="CBSD68", degradation="jpeg quality=10")
OTHER = replace(PART, weights="average")


@pytest.fixture
def done(tmp_path: Path) -> PartsDone:
    return PartsDone(path=tmp_path / "checkpoint.tested", signature="abc", seed=1)


def test_what_is_noted_is_remembered_until_it_is_forgotten(done: PartsDone) -> None:
    assert done.parts(step=12) == frozenset()
    done.add(PART, step=12)
    done.add(OTHER, step=12)
    assert done.parts(step=12) == {PART, OTHER}
    done.forget()
    assert done.parts(step=12) == frozenset()
    done.forget()


def test_what_was_tested_at_another_step_or_by_another_run_does_not_count(done: PartsDone) -> None:
    done.add(PART, step=12)
    assert done.parts(step=13) == frozenset()
    assert replace(done, seed=2).parts(step=12) == frozenset()
    assert replace(done, signature="xyz").parts(step=12) == frozenset()


def test_a_line_cut_short_by_a_full_disk_costs_only_itself(done: PartsDone) -> None:
    done.add(PART, step=12)
    whole = done.path.read_text()
    done.path.write_text(whole[:-9])
    done.add(OTHER, step=12)
    assert done.parts(step=12) == {OTHER}
