"""What a comparison at one budget shows and does not show, in sentences."""

from dataclasses import replace
from datetime import timedelta

from dilctl.leaderboard.budget_words import notes
from dilctl.leaderboard.budgets import EqualBudget
from storage.records import Attempt
from tests.dilctl.budgeted import AT_DIL, DIL, ERM, compared, ended, looks
from tests.dilctl.evaluated import NOON, experiment, finished


def said(found: EqualBudget, *attempts: Attempt) -> str:
    return "\n".join(notes(found, runs={1: ERM, 2: DIL}, attempts=attempts))


def attempt(run: int, host: str = "bench", *, minutes: int = 0, gpu: int | None = None) -> Attempt:
    return Attempt(
        run=run,
        number=1,
        host=host,
        processes=(),
        devices={"slots": 2, "gpus": []} if gpu is None else {"slots": 0, "gpus": [gpu]},
        started_at=NOON + timedelta(minutes=minutes),
        finished_at=NOON + timedelta(minutes=minutes + 10),
        outcome="done",
        reason="",
    )


def test_the_words_say_what_was_looked_at_and_that_erm_had_not_halved_its_rate_there():
    words = said(compared("steps"))

    assert "each row at the most steps that it and its ERM have both reached" in words
    assert "Rows stand at different amounts" in words
    assert "Looked at: 10 crops of 128 pixels." in words
    assert "ERM had not yet halved its rate of learning where it is compared with dil-sf" in words
    # At equal gradients both have come to their end.
    assert "halved" not in said(compared("gradients"))
    assert "seconds" not in said(compared("gradients")).lower()


def test_the_words_say_who_had_not_halved_its_rate_where_it_was_the_row_or_both():
    longer = replace(DIL, step=12)
    words = notes(compared("gradients", [ERM, longer]), runs={1: ERM, 2: longer}, attempts=())
    assert "Had not yet halved their rate of learning here: dil-sf" in "".join(words)
    runs = {1: replace(ERM, step=16), 2: longer}
    words = notes(compared("steps", list(runs.values())), runs=runs, attempts=())
    assert "Neither had ERM yet halved its rate of learning here nor had dil-sf" in "".join(words)


def test_the_words_say_where_a_row_and_its_erm_were_looked_at_apart():
    rare = looks(1, every=3, cost=1, unseen=[13, 16])
    words = said(compared("steps", seen=[rare, AT_DIL]))
    assert "counts against the younger: dil-sf rrdb 24×2×12 at 2…4, its ERM at 3 steps." in words
    assert "younger" not in said(compared("steps"))


def test_the_words_name_the_rows_without_a_difference_and_those_left_out_with_the_reason():
    found = compared("steps", seen=[looks(1, every=8, cost=1, unseen=[18]), AT_DIL])
    left_out = {"a": "no look", "b": "no look", "c": "an oracle"}
    words = said(replace(found, left_out=left_out))
    assert (
        "Not compared with ERM: dil-sf rrdb 24×2×12 (no look at ERM lies in the second half of "
        "what both have reached)." in words
    )
    assert "Left out: a and b (no look)." in words
    assert "Left out: c (an oracle)." in words


def test_the_words_say_where_erm_has_other_controls():
    bare = ended(finished(2, experiment("dil-sf", bias=False, budget="8 gradients")), 4, 2)
    words = notes(compared("gradients", [ERM, bare]), runs={1: ERM, 2: bare}, attempts=())
    assert "compared with ERM of other controls" in "".join(words)
    assert "controls" not in said(compared("gradients"))


def test_seconds_are_said_to_need_the_same_device_alone_and_the_devices_are_named():
    found = compared("seconds")
    alone = said(found, attempt(1), attempt(2, "cluster", gpu=3))
    assert "only if the runs had the same device" in alone
    assert "They ran on bench, 2 CPU slots and cluster, GPU 3." in alone
    assert "beside" not in alone
    assert "machine, so that their seconds may be longer than alone: run 1 and 2" in said(
        found, attempt(1), attempt(2, minutes=5)
    )
    assert "beside" not in said(found, attempt(1), attempt(2, minutes=10))


def test_looks_at_other_crops_are_said_not_to_be_comparable():
    other = replace(DIL, experiment={**DIL.experiment, "evaluate": {"crops": 3, "crop": 64}})
    words = "\n".join(notes(compared("steps"), runs={1: ERM, 2: other}, attempts=()))
    assert "must not be compared" in words
