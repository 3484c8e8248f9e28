"""``dilctl eval``: a trained network on any test set, under any degradation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion, output
from dilctl.cli.eval_table import print_results, results_json
from dilctl.cli.progress import progress_bar
from dilctl.cli.session import jobs_of
from dilctl.cli.trained import Named, file_or_run
from dilctl.cli.wishes import Set
from dilctl.errors import UsageError
from dilctl.restoring import Device

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.jobs.evaluating import Candidate, Manner, Result
    from dilctl.trials import TestPlan

_EXAMPLES = """\b
Example: dilctl eval last --suite noise-types
         dilctl eval 7 --images Kodak24 --level 5..75
         dilctl eval 7 --images Kodak24 --degradation 'jpeg quality=10' --save pictures/
         dilctl eval 7 --pairs Rain100L --pairs PolyU
         dilctl eval dil.pt --recipe denoise --images Kodak24 --no-registry
"""

Folders = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval", epilog=_EXAMPLES)(evaluate)


def evaluate(
    context: typer.Context,
    network: Annotated[
        str,
        typer.Argument(
            metavar="RUN|FILE",
            help="A finished run, by number, name or `last`, or a file of weights.",
            autocompletion=completion.queries,
        ),
    ],
    suite: Annotated[
        list[str] | None,
        typer.Option(help="Degradations by the name of their list; default: the run's own."),
    ] = None,
    images: Annotated[
        Folders, typer.Option(metavar="DIR", help="Clean images to degrade. Repeatable.")
    ] = None,
    pairs: Annotated[
        Folders, typer.Option(metavar="DIR", help="Degraded and clean images. Repeatable.")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            metavar="LEVELS", help="As 5..75 (the suites' levels in between) or 5,10,12.5."
        ),
    ] = None,
    degradation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="As 'jpeg quality=10', or with --level a kind; default: the first confounder's. "
            "Repeatable.",
        ),
    ] = None,
    set_name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the one folder in tables.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the pictures, restored, degraded and true."),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH", help="Of a run: last, best-seen or average; of a file, one it holds."
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="What a file was trained with, where it does not say so itself.",
            autocompletion=completion.recipes,
        ),
    ] = None,
    settings: Set = None,
    no_registry: Annotated[
        bool, typer.Option("--no-registry", help="Print the result and keep it nowhere.")
    ] = False,
    device: Annotated[Device, typer.Option(help="auto: a GPU where the machine has one.")] = "auto",
    threads: Annotated[
        int | None, typer.Option(min=1, max=1024, help="CPU threads; else one for each core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, image by image.")] = False,
) -> None:
    """Test a trained network on any images, under any degradation, seen or unseen.

    Test sets are the run's own unless --images or --pairs name others. Results enter the registry
    as evaluations of the run; a file of weights becomes a run first. Beside each PSNR and SSIM
    stands that of the degraded images themselves.
    """
    from dilctl.jobs.evaluating import Manner
    from dilctl.trials import Asked, plans

    asked = Asked(
        suites=tuple(suite or ()),
        images=tuple(images or ()),
        pairs=tuple(pairs or ()),
        levels=level,
        degradations=tuple(degradation or ()),
        name=set_name,
    )
    manner = Manner(save=save, device=device, threads=threads)
    with jobs_of(context) as jobs:
        found = file_or_run(jobs, network, weights)
        candidate = _candidate(jobs, found, context.params)
        chosen = plans(asked, candidate.experiment, here=Path.cwd())
        _refuse_nothing_to_write(chosen, save)
        results = _results(jobs, candidate, chosen, manner)
    if as_json:
        output.write_json(results_json(candidate, results))
    elif results:
        print_results(results)
    if save is not None:
        output.say(f"pictures are in {save}")


def _candidate(jobs: "Jobs", found: Named, said: dict[str, Any]) -> "Candidate":
    keeps = not said["no_registry"]
    if found.run is not None:
        if said["recipe"] or said["settings"]:
            raise UsageError("--recipe and --set are for files; a run knows what it was trained on")
        return jobs.candidate(found.run, found.part or "last", is_kept=keeps)
    from dilctl.incoming import Incoming

    incoming = Incoming(
        file=found.file,
        recipe=said["recipe"],
        assignments=tuple(said["settings"] or ()),
        part=found.part,
    )
    if not keeps:
        return jobs.stranger(incoming)
    imported = jobs.import_weights(incoming)
    how = "became" if imported.is_new else "is"
    output.say(f"{found.file} {how} run {imported.run.id}, whose evaluations these are")
    return jobs.candidate(imported.run.id)


def _refuse_nothing_to_write(chosen: "tuple[TestPlan, ...]", save: Path | None) -> None:
    blind = [plan.source.name for plan in chosen if not plan.source.has_truth]
    if blind and save is None:
        raise UsageError(
            f"{', '.join(blind)}: has no public truth to measure by; --save DIR writes what its "
            "server takes"
        )
    for plan in chosen:
        if save is None or plan.source.source == "bundled":
            continue
        if save.resolve().is_relative_to(Path(plan.source.source).resolve()):
            raise UsageError(f"{save}: lies in {plan.source.source}, a test set; name another")


def _results(
    jobs: "Jobs", candidate: "Candidate", chosen: "tuple[TestPlan, ...]", manner: "Manner"
) -> "tuple[Result, ...]":
    with progress_bar() as advance:

        def told(_what: str, done: int, total: int) -> None:
            if advance is not None:
                advance("images", done, total)

        return jobs.evaluate(candidate, chosen, manner, told)
