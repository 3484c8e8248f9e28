"""``dilctl doctor``: whether this machine is fit for work, and the cure where it is not."""

from typing import Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl doctor --json")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at Python, PyTorch, GPUs, disk, registry and agent; leaves with 1 if one is not well."""
    from dilctl.doctor import examine
    from dilctl.errors import ExitCode

    with jobs_of(context) as jobs:
        checks = examine(jobs)
    if as_json:
        output.write_json(checks)
    else:
        for check in checks:
            mark = "ok     " if check.ok else "warning"
            output.write(output.cell(f"{mark}  {check.subject:<9} {check.finding}"))
            if check.cure:
                output.write(output.cell(f"         {'':<9} cure: {check.cure}"))
    if not all(check.ok for check in checks):
        raise typer.Exit(ExitCode.FAILED)
