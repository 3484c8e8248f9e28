"""``dilctl agent``: work off the queue on this machine, in front or in the background."""

from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.family import Family
from dilctl.cli.session import jobs_of, settings_of
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

family = typer.Typer(cls=Family, no_args_is_help=True, help="Work off the queue on this machine.")

Slots = Annotated[
    int | None, typer.Option(min=1, help="CPU threads to use at once; default: all cores.")
]
Gpus = Annotated[
    str | None, typer.Option("--gpu", help="Numbers of the GPUs to use, as in 1,3; default: all.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="agent")


@family.command(epilog="Example: dilctl agent run --slots 2")
def run(
    context: typer.Context,
    slots: Slots = None,
    gpu: Gpus = None,
    until_empty: Annotated[
        bool,
        typer.Option("--until-empty", help="Leave when nothing is left that could run here."),
    ] = False,
) -> None:
    """Start what waits and watch over it, until Ctrl-C.

    The first Ctrl-C asks the workers to checkpoint and puts their runs back in the queue; the
    second leaves at once. SIGTERM and `dilctl agent stop` do what the first one does.
    """
    from dilctl.cli.serve import serve

    with jobs_of(context) as jobs:
        serve(jobs, slots=slots, gpus=_numbers(gpu), until_empty=until_empty)


@family.command(epilog="Example: dilctl agent start --gpu 0,1")
def start(
    context: typer.Context,
    slots: Slots = None,
    gpu: Gpus = None,
    _detach: Annotated[
        bool,
        typer.Option("--detach", help="Nothing new: it always is; `agent run` stays in front."),
    ] = False,
) -> None:
    """Start an agent in the background, which goes on when you log out.

    It writes what it does into agent-HOST.log in the home folder. `dilctl agent stop` ends it.
    """
    import socket

    from dilctl.detached import start_detached

    started = start_detached(settings_of(context), socket.gethostname(), _options(slots, gpu))
    output.say(
        f"an agent works on {socket.gethostname()}, process {started.pid}; its log: {started.log}"
    )


@family.command(epilog="Example: dilctl agent stop --drain")
def stop(
    context: typer.Context,
    drain: Annotated[
        bool, typer.Option("--drain", help="Start nothing more, and let what runs end first.")
    ] = False,
) -> None:
    """Stop this machine's agent, and wait until it has gone.

    Its workers write a checkpoint and their runs go back in the queue. Ctrl-C ends only the wait.
    """
    from dilctl.cli.agent_stop import stop as stop_agent

    with jobs_of(context) as jobs:
        stop_agent(jobs, drain=drain)


@family.command(epilog="Example: dilctl agent status --json")
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which agents work on this registry, on this machine and on others."""
    with jobs_of(context) as jobs:
        _print_status(jobs, as_json=as_json)


def _print_status(jobs: "Jobs", *, as_json: bool) -> None:
    from dilctl.cli import agent_table
    from dilctl.cli.sheet import print_sheet

    here = jobs.agent_state()
    agents = agent_table.agents_of(jobs, here)
    if as_json:
        output.write_json({**output.plain(here), "agents": agents})
        return
    if agents:
        print_sheet(agent_table.columns_of(agents))
    if not here.running:
        output.write(f"no agent works on {here.host}; start one with: dilctl agent start")


@family.command(epilog="Example: dilctl agent unit --install")
def unit(
    context: typer.Context,
    slots: Slots = None,
    gpu: Gpus = None,
    install: Annotated[
        bool, typer.Option("--install", help="Write it to where systemd looks for it.")
    ] = False,
) -> None:
    """Print a systemd user unit that keeps an agent working."""
    from dilctl import unit as units

    settings = settings_of(context)
    text = units.unit_text(settings, _options(slots, gpu))
    if not install:
        output.write(text.removesuffix("\n"))
        return
    path = units.unit_path()
    units.install(text, path)
    output.say(f"{path} is written; these two commands start the agent, now and at each boot:")
    output.say(f"  systemctl --user enable --now {units.NAME}")
    output.say("  loginctl enable-linger")
    if settings.database is not None:
        output.say(f"put DILCTL_DATABASE=... into {settings.home / 'agent.env'} first (chmod 600)")


def _numbers(gpu: str | None) -> tuple[int, ...]:
    words = [] if gpu is None else [word.strip() for word in gpu.split(",")]
    if not all(word.isdecimal() and word.isascii() for word in words):
        raise UsageError(f"--gpu {gpu}: write the GPUs' numbers, as in --gpu 1,3")
    return tuple(sorted({int(word) for word in words}))


def _options(slots: int | None, gpu: str | None) -> tuple[str, ...]:
    numbers = ",".join(map(str, _numbers(gpu)))
    return (
        *(() if slots is None else ("--slots", str(slots))),
        *(("--gpu", numbers) if numbers else ()),
    )
