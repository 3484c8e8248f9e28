"""What is said of the commands is whole and true."""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

from dilctl.cli.app import app
from dilctl.errors import ExitCode

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(group: Any, *words: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *words, name)
        else:
            yield " ".join([*words, name]), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def spoken() -> Iterator[tuple[str, list[str]]]:
    """Each line of the pages that begins with ``dilctl``, and its words."""
    for page in PAGES:
        for block in re.findall(r"```(?:sh|bash)?\n(.*?)```", page.read_text(), re.DOTALL):
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                if line.startswith("dilctl "):
                    yield f"{page.name}: {line}", shlex.split(line, comments=True)[1:]


LINES = dict(spoken())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example_and_a_place_in_the_docs(name: str):
    command = COMMANDS[name]
    assert f"dilctl {name}" in (command.epilog or ""), "the help shows no example"
    page = (ROOT / "docs" / "commands.md").read_text()
    assert f"`dilctl {name}" in page or f"\ndilctl {name}" in page


@pytest.mark.parametrize("line", LINES)
def test_each_line_of_the_docs_is_one_that_the_command_line_understands(line: str):
    words = list(takewhile(lambda word: word not in {"|", ">"}, LINES[line]))
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in COMMANDS), None)
    if name is None:  # a group on its own
        assert any(each.startswith(f"{words[0]} ") for each in COMMANDS)
        return
    known = {option for each in COMMANDS[name].params for option in each.opts}
    said = {w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w) and "@" not in w}
    assert said <= known


def test_the_readme_documents_every_exit_code():
    readme = (ROOT / "README.md").read_text()
    assert all(f"\n| {code.value} |" in readme for code in ExitCode)
