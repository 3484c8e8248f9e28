"""The command line as a person has it before them, for tests."""

from pathlib import Path

from typer.testing import CliRunner

from dilctl.cli.app import app

SET = ("submit", "denoise-small", "--set")


class Shell:
    """Commands on one home folder, as a person types them."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str, code: int = 0, columns: int | None = None) -> str:
        """What a command prints on stdout; its exit code must be as expected."""
        # A test's terminal may have left its own width in this process.
        width = {"COLUMNS": None if columns is None else str(columns)}
        self.result = CliRunner().invoke(app, ["--home", str(self.home), *words], env=width)
        assert self.result.exit_code == code, self.result.output
        return self.result.stdout

    def error(self, *words: str, code: int) -> str:
        """The one sentence of a command that must fail, leaving stdout empty."""
        assert self(*words, code=code) == ""
        lines = self.result.stderr.splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("error: ")
        return lines[0]
