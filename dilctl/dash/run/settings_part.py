"""The settings of a run: what differs from its recipe first, then from the defaults, then all."""

from collections.abc import Iterator, Mapping, Sequence

from dilctl.dash.drawing import Pieces
from dilctl.dash.run.lines_part import TextPart
from dilctl.jobs import Jobs
from dilctl.text import visible
from storage.records import Run
from trainers.errors import ExperimentError

_NOT_SAID = "not set"


class SettingsPart(TextPart):
    """Lines of place and value."""

    TITLE = "settings"

    def key(self, run: Run) -> object:
        """They never change."""
        return run.id, tuple(run.adjustments.items())

    def rows(self, jobs: Jobs, run: Run) -> Sequence[Pieces]:
        """The three lists."""
        del jobs
        return tuple(settings_rows(run))


def settings_rows(run: Run) -> Iterator[Pieces]:
    """What differs from the recipe that the run is named after, from the defaults, and all."""
    # pydantic takes 0.2 s to import, which only this part needs.
    from dilctl.describe import differing, every_setting

    recipe = recipe_of(run)
    if recipe is not None:
        name, experiment = recipe
        yield _head(f"Differs from the recipe {name} (as it is today)")
        pairs = differing([experiment, run.experiment])
        yield from _pairs(pairs) if pairs else [(("  nothing", "dim"),)]
        yield ()
    yield _head("Differs from the defaults")
    yield from _assignments(run)
    if run.adjustments:
        yield ()
        yield _head("Changed by a retry")
        yield from _values({f"resources.{key}": str(v) for key, v in run.adjustments.items()})
    yield ()
    yield _head("All settings")
    yield from _values(every_setting(run.experiment))


def recipe_of(run: Run) -> tuple[str, Mapping[str, object]] | None:
    """The shipped recipe that a run or its sweep is named after; None where there is none."""
    from trainers.recipe import parse_experiment, read_settings, recipe_names
    from trainers.table import is_table

    words = [run.sweep or "", *run.name.split(maxsplit=1)[:1]]
    name = next((word for word in words if word in recipe_names()), None)
    if name is None or is_table(settings := read_settings(name)):
        return None
    try:
        return name, parse_experiment(settings).model_dump(mode="json")
    except ExperimentError:
        return None


def _assignments(run: Run) -> Iterator[Pieces]:
    from dilctl.describe import differences
    from trainers.recipe import parse_experiment

    try:
        said = differences(parse_experiment(run.experiment))
    except ExperimentError:
        yield (("  unknown: another version of dilctl wrote this run", "dim"),)
        return
    yield from _values(dict(each.split("=", 1) for each in said))


def _values(values: Mapping[str, str]) -> Iterator[Pieces]:
    width = max(map(len, values), default=0)
    for place, value in values.items():
        yield ((f"  {visible(place):<{width}}  ", "cyan"), (visible(value), ""))


def _pairs(pairs: Mapping[str, tuple[str | None, ...]]) -> Iterator[Pieces]:
    width = max(map(len, pairs), default=0)
    for place, (recipe, own) in pairs.items():
        yield (
            (f"  {visible(place):<{width}}  ", "cyan"),
            (_NOT_SAID if own is None else visible(own), "bold"),
            (f"   recipe: {_NOT_SAID if recipe is None else visible(recipe)}", "dim"),
        )


def _head(text: str) -> Pieces:
    return ((text, "bold"),)
