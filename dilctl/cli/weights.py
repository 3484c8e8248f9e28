"""``dilctl weights``: trained weights out of a run into a file, and from a file into a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.family import Family
from dilctl.cli.session import jobs_of
from dilctl.cli.wishes import Again, AsJson, Name, Note, Set, Tag

if TYPE_CHECKING:
    from dilctl.incoming import Incoming
    from dilctl.jobs.exchanging import Imported

family = typer.Typer(
    cls=Family, no_args_is_help=True, help="Take trained weights out of runs, and bring others in."
)

File = Annotated[Path, typer.Argument(help="A file of weights: .safetensors, .pth, .pt.")]
Part = Annotated[
    str | None,
    typer.Option(
        "--weights", metavar="PART", help="Which part of the file, as ema or params; default: best."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="weights")


@family.command(epilog="Example: dilctl weights export 7 denoiser.safetensors --weights average")
def export(
    context: typer.Context,
    run: Annotated[
        str,
        typer.Argument(
            help="Its number, `last`, or a query that means one run.",
            autocompletion=completion.runs,
        ),
    ],
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    weights: Annotated[
        str, typer.Option(metavar="WHICH", help="last, best-seen or average.")
    ] = "last",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a run's weights as safetensors, with its experiment, seed and facts inside.

    Of a run that has not come to its end, those of its newest checkpoint are written.
    """
    from dilctl.selection import only

    with jobs_of(context) as jobs:
        number = only(jobs, [run])
        exported = jobs.export_weights(number, file.expanduser(), choice=weights, force=force)
    if as_json:
        output.write_json(exported)
        return
    if not exported.is_final:
        output.say(f"run {number} has not come to its end; these are of step {exported.step:,}")
    output.write(output.cell(exported.file))


@family.command("import", epilog="Example: dilctl weights import dil.pt --recipe denoise")
def import_(
    context: typer.Context,
    file: File,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="RECIPE",
            help="What they were trained with: a shipped recipe, or a TOML file.",
            autocompletion=completion.recipes,
        ),
    ] = None,
    settings: Set = None,
    weights: Part = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=999_999_999, help="Seed of the run.")
    ] = None,
    name: Name = None,
    tag: Tag = None,
    note: Note = "",
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Make a file of weights a run that is done, to be tested and ranked like any other.

    Files of `dilctl weights export` say what they were trained with; of others say it with
    --recipe. The network is told by the tensors. Known are RRDB and SwinIR as ESRGAN, BasicSR,
    SwinIR and the released code of DIL name them. A file that needs code to be read is refused.
    """
    incoming = _incoming(file.expanduser(), context.params)
    with jobs_of(context) as jobs:
        imported = jobs.import_weights(incoming)
    if as_json:
        output.write_json(_plain(imported))
    else:
        _print(imported)


def _incoming(file: Path, said: dict[str, Any]) -> "Incoming":
    from dilctl.incoming import Incoming
    from dilctl.request import parse_name
    from dilctl.tagging import parse_note, parse_tag

    return Incoming(
        file=file,
        recipe=said["recipe"],
        assignments=tuple(said["settings"] or ()),
        part=said["weights"],
        seed=said["seed"],
        name=parse_name(said["name"]),
        tags=tuple(parse_tag(word) for word in said["tag"] or ()),
        note=parse_note(said["note"]) if said["note"] else "",
        again=said["again"],
    )


def _plain(imported: "Imported") -> dict[str, Any]:
    read = {key: value for key, value in imported.read.items() if key != "experiment"}
    return {"run": imported.run.id, "is_new": imported.is_new, "file": read}


def _print(imported: "Imported") -> None:
    run, read = imported.run, imported.read
    state = "imported" if imported.is_new else f"already there, {run.status}"
    output.write(output.cell(f"run {run.id}: {run.name}, seed {run.seed}: {state}"))
    if imported.is_new:
        output.say(f"{_held(read)}: {_network(read['network'])}")
        output.say(f"  to test it: dilctl eval {run.id}")
    else:
        output.say("what was already there stays as it is; --again repeats it")


@family.command(epilog="Example: dilctl weights show RealESRGAN_x4plus.pth")
def show(context: typer.Context, file: File, weights: Part = None, as_json: AsJson = False) -> None:
    """Show what a file of weights holds; nothing in it is executed."""
    with jobs_of(context) as jobs:
        found = jobs.look_at_weights(file.expanduser(), part=weights)
    if as_json:
        output.write_json(found)
        return
    for key, value in _facts(found):
        output.write(output.cell(f"{key:<11}{value}"))


def _facts(found: "Any") -> list[tuple[str, str]]:
    run = found["run"] or {}
    facts = [
        ("layout", _held(found)),
        ("parts", ", ".join(found["parts"])),
        ("size", words.size(found["bytes"])),
        ("sha256", found["sha256"]),
        ("tensors", f"{found['tensors']:,} of {found['numbers']:,} numbers"),
        ("network", found["fault"] or _network(found["network"])),
        ("trained by", _trained(found["experiment"])),
        ("run", str(run.get("name") or "")),
        ("weights", found["weights"] or ""),
        ("seed", "" if found["seed"] is None else str(found["seed"])),
        ("steps", str(run.get("step") or "")),
    ]
    return [(key, value) for key, value in facts if value]


def _trained(experiment: Any) -> str:
    from dilctl.describe import differences
    from trainers.errors import ExperimentError
    from trainers.recipe import parse_experiment

    if experiment is None:
        return ""
    try:
        return " ".join(differences(parse_experiment(experiment)))
    except ExperimentError as error:
        return f"an experiment that this dilctl cannot read: {error.faults[0]}"


def _held(found: Any) -> str:
    return f"{found['layout']}, {found['part']}" if found["part"] else found["layout"]


def _network(network: Any) -> str:
    from pydantic import TypeAdapter

    from trainers.experiment import Network

    settings = TypeAdapter[Network](Network).validate_python(network)
    sizes = [f"{key}={value}" for key, value in network.items() if key != "kind"]
    return f"{network['kind']} {' '.join(sizes)}, {settings.parameters:,} parameters"
