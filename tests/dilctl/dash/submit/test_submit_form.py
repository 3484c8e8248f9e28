"""The form that submits runs, used by keyboard on a real registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.message import Message

from dilctl.dash.submit.form import SubmitForm
from dilctl.dash.submit.messages import Refused
from dilctl.dash.submit.sending import Sending
from dilctl.jobs import Jobs
from dilctl.request import Request
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.hands import type_in
from tests.dilctl.dash.screen import Viewer, viewer
from tests.dilctl.test_end_to_end import EXPERIMENT, write_images

pytestmark = pytest.mark.slow


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)  # a person types no long paths
    write_images(tmp_path / "train", count=4, side=64)
    write_images(tmp_path / "test", count=2, side=40)
    Path("tiny.toml").write_text(EXPERIMENT)
    return "tiny.toml"


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    with Jobs(Settings(tmp_path / "home")) as opened:
        yield opened


async def at_the_form(someone: Viewer, recipe: str) -> None:
    await someone.press("n")
    await someone.sees("Submit runs", "Name a recipe")
    await type_in(someone, recipe)


async def test_a_sweep_is_typed_understood_and_queued(jobs, recipe):
    async with viewer(jobs, (120, 40)) as someone:
        await at_the_form(someone, recipe)
        await someone.press("enter", "tab")
        await type_in(someone, "rule=er")
        await someone.press("down", "enter", "comma")
        await type_in(someone, "dil-p")
        await someone.pilot.click("#sweep OptionList", offset=(2, 1))
        await someone.press("tab")
        await type_in(someone, "1..2")
        await someone.sees("✓ 4 runs: 2 rules × 2 seeds", "gradient evaluations each")
        await someone.sees("needs 1 CPU slot", "no agent runs on", "dilctl agent start")
        await someone.sees("--sweep rule=erm,dil-ps --seeds 1..2")
        await someone.press("ctrl+s")
        await someone.sees("4 runs", "· queued", "dil-ps")
    queued = jobs.runs()
    assert {(run.rule, run.seed) for run in queued} == {
        *(("erm", 1), ("erm", 2), ("dil-ps", 1), ("dil-ps", 2))
    }


async def test_every_fault_is_shown_at_its_line_and_none_of_it_is_queued(jobs, recipe):
    async with viewer(jobs) as someone:
        await at_the_form(someone, recipe)
        await someone.press("tab")
        await type_in(someone, "train.batch=0 trian.lr=1")
        await someone.press("tab", "tab")
        await type_in(someone, "x")
        await someone.sees("train.batch: must be", "did you mean train", "write seeds as 1..3")
        await someone.press("ctrl+s")
        assert isinstance(someone.app.screen, SubmitForm)
        assert someone.app.screen.focused.parent.parent.id == "settings"
    assert jobs.count() == 0


async def test_what_is_there_already_stays_unless_it_is_to_be_repeated(jobs, recipe):
    jobs.submit(Request(recipe=recipe))
    async with viewer(jobs) as someone:
        await someone.sees("> 1 · queued")
        await at_the_form(someone, recipe)
        await someone.sees("· 1 run", "run 1 is there already", "nothing is left to queue")
        await someone.press("ctrl+s", "space")
        await someone.sees("✓ 1 run", "--again")
        await someone.press("ctrl+s")
        await someone.sees("> 2 · queued")
    assert jobs.count() == 2


async def test_one_like_a_run_begins_with_its_settings(jobs, recipe):
    jobs.submit(Request(recipe=recipe, assignments=("rule=mldg",), seeds=(5,), tags=("best",)))
    async with viewer(jobs, (120, 40)) as someone:
        await someone.sees("> 1 · queued")
        await someone.press("ctrl+n")
        await someone.sees("Submit runs like run 1", "rule=mldg", "run 1 is there already", "best")
        seeds = someone.app.screen.query_one("#seeds Input")
        seeds.focus()
        await someone.press("backspace", "6")
        await someone.sees("✓ 1 run")
        await someone.press("ctrl+s")
        await someone.sees("> 2 · queued")
    old, new = jobs.run(1), jobs.run(2)
    assert (new.seed, new.tags) == (6, ("best",))
    assert new.signature == old.signature


async def test_what_was_typed_is_there_again_after_escape_and_shown_not_obeyed(jobs):
    async with viewer(jobs) as someone:
        await at_the_form(someone, "[red]no\x1b[31mte")
        await someone.sees("[red]no␛[31mte", "no such recipe")
        await someone.press("escape")
        await someone.until(lambda text: "Submit runs" not in text)
        await someone.press("n")
        await someone.sees("[red]no␛[31mte")
        await someone.press("ctrl+y")
        assert someone.app.clipboard == "dilctl submit '[red]no␛[31mte'"


async def test_images_that_cannot_be_decoded_are_named_and_what_was_typed_stays(jobs, recipe):
    whole = (Path(recipe).parent / "train" / "0.png").read_bytes()
    (Path(recipe).parent / "train" / "0.png").write_bytes(whole[:200])
    async with viewer(jobs) as someone:
        await at_the_form(someone, recipe)
        await someone.sees("✓ 1 run")
        await someone.press("ctrl+s")
        await someone.sees("✗ ", "0.png")
        assert someone.app.screen.query_one("#recipe").said == recipe
    assert jobs.count() == 0


async def test_more_than_a_hundred_runs_are_asked_about(jobs, recipe):
    async with viewer(jobs) as someone:
        await at_the_form(someone, recipe)
        await someone.press("tab", "tab", "tab")
        await type_in(someone, "1..101")
        await someone.sees("✓ 101 runs: 101 seeds")
        await someone.press("ctrl+s")
        await someone.sees("Queue 101 runs?")
        await someone.press("n")
        await someone.sees("Submit runs")
        assert jobs.count() == 0
        await someone.press("ctrl+s", "y")
        await someone.sees("101 runs")
    assert jobs.counts()[Status.QUEUED] == 101


def test_asked_to_stop_while_images_are_decoded_nothing_is_queued(jobs, recipe):
    heard: list[Message] = []
    sending = Sending(jobs, Request(recipe=recipe), Path.cwd(), heard.append)
    sending.stop()
    sending()
    assert [type(message) for message in heard] == [Refused]
    assert jobs.count() == 0
