"""``dilctl tag`` and ``note``: what people hang on runs to find and remember them by."""

from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.session import jobs_of
from dilctl.spans import spans

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: dilctl tag 7..9 --add best --remove draft")(tag)
    app.command(epilog='Example: dilctl note 7 "diverges when lr is above 2e-4"')(note)


def tag(
    context: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Numbers, ranges, `last` or a query.", autocompletion=completion.queries
        ),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option(help="A word to find them by. Repeatable.", autocompletion=completion.tags),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(help="A tag to take off. Repeatable.", autocompletion=completion.tags),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Put tags on runs and take them off; without --add and --remove, list them.

    `dilctl runs tag:best` finds the runs again.
    """
    with jobs_of(context) as jobs:
        if add or remove:
            _change(jobs, runs or [], add or [], remove or [])
        if runs and (as_json or not (add or remove)):
            _write_tags_of_runs(jobs, runs, as_json=as_json)
        elif not runs:
            _write_all_tags(jobs, as_json=as_json)


def _change(jobs: "Jobs", runs: list[str], add: list[str], remove: list[str]) -> None:
    from dilctl.errors import UsageError
    from dilctl.selection import chosen
    from dilctl.tagging import parse_tag

    added = dict.fromkeys(map(parse_tag, add))
    both = [one for one in remove if one in added]
    if both:
        raise UsageError(f"tag {both[0]}: cannot be both added and removed; say one of the two")
    meant = chosen(jobs, runs)
    jobs.tag(meant, add=added, remove=remove)
    deeds = [*(f"+{one}" for one in added), *(f"-{one}" for one in remove)]
    output.say(f"{' '.join(deeds)} on {words.many(len(meant), 'run')}: {spans(meant)}")


def _write_tags_of_runs(jobs: "Jobs", runs: list[str], *, as_json: bool) -> None:
    from dilctl.selection import chosen

    meant = chosen(jobs, runs)
    tags = {run.id: run.tags for run in jobs.runs(ids=meant)}
    if as_json:
        output.write_json([{"run": run, "tags": tags[run]} for run in meant])
        return
    for run in meant:
        output.write(f"run {run}: {output.cell(', '.join(tags[run])) or '–'}")


def _write_all_tags(jobs: "Jobs", *, as_json: bool) -> None:
    found = jobs.tags()
    if as_json:
        output.write_json([{"tag": name, "runs": number} for name, number in found.items()])
        return
    for name, number in found.items():
        output.write(f"{output.cell(name)}  {words.many(number, 'run')}")
    if not found:
        output.say("no run has a tag; `dilctl tag 7 --add best` puts one on run 7")


def note(
    context: typer.Context,
    run: Annotated[
        str,
        typer.Argument(
            help="Its number, `last`, or a query that means one run.",
            autocompletion=completion.runs,
        ),
    ],
    text: Annotated[
        list[str] | None, typer.Argument(help="What to remember; without it, show the notes.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Write down something about a run, or show what was written."""
    from dilctl.selection import only

    with jobs_of(context) as jobs:
        meant = only(jobs, [run])
        if text is not None:
            _add(jobs, meant, " ".join(text))
        notes = jobs.notes(meant)
        if as_json:
            output.write_json(notes)
        elif text is not None:
            output.say(f"run {meant} has {words.many(len(notes), 'note')}")
        else:
            for each in notes:
                output.write(output.cell(f"{words.when(each.at)} {each.who}: {each.text}"))
            if not notes:
                output.say(f"run {meant} has no note")


def _add(jobs: "Jobs", run: int, text: str) -> None:
    from dilctl.jobs import who
    from dilctl.tagging import parse_note

    jobs.note(run, parse_note(text), who=who())
