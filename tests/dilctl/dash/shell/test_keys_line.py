"""The line of keys, and what it costs to go from one place to another."""

from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet

from dilctl.dash.stylesheet import ThriftyStylesheet
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from tests.dilctl.dash.screen import viewer


@pytest.mark.slow
async def test_the_keys_follow_the_focus_and_a_click_is_a_key(tmp_path: Path):
    with Jobs(Settings(tmp_path)) as jobs:
        async with viewer(jobs) as person:
            await person.sees("There are no runs yet.", "q Quit")
            await person.press("slash")
            await person.until(lambda text: "Complete" in text.splitlines()[-1])
            await person.press("escape")
            await person.until(lambda text: "? Help" in text.splitlines()[-1])
            line = person.lines()[-1]
            await person.pilot.click("KeysLine", offset=(line.index("? Help") + 3, 0))
            await person.sees("Keys")


@pytest.mark.slow
async def test_other_places_do_not_add_widgets_each_time_one_goes_there(tmp_path: Path):
    with Jobs(Settings(tmp_path)) as jobs:
        async with viewer(jobs) as person:
            for key in ("6", "1") * 2:
                await person.press(key)
                await person.sees("q Quit")
            before = len(person.app.screen.query("*"))
            for key in ("6", "1"):
                await person.press(key)
                await person.sees("q Quit")
            assert len(person.app.screen.query("*")) == before


def test_rules_are_those_of_textual_after_other_variables():
    sheets = [Stylesheet(variables={"a": "red"}), ThriftyStylesheet(variables={"a": "red"})]
    for sheet in sheets:
        sheet.add_source("Static { color: $a; }", ("one", ""))
        sheet.parse()
        sheet.set_variables({"a": "blue"})
        sheet.set_variables({"a": "blue"})
        sheet.add_source("Label { color: $a; }", ("two", ""))
        sheet.reparse()
    plain, thrifty = ([rule.css for rule in sheet.rules] for sheet in sheets)
    assert thrifty == plain
    assert len(thrifty) == 2
