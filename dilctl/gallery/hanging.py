"""What it takes to hang pictures side by side: where the images lie, which weights there are."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dilctl.errors import DilctlError, NotFoundError
from dilctl.gallery.degradations import named
from dilctl.gallery.exhibit import Column, Exhibit, Test
from dilctl.gallery.studio import Judge, Network, Scene, Setting
from storage.errors import StorageError
from trainers.data.pairs import test_set_name
from trainers.data.sources import DATA_VARIABLE
from trainers.errors import TrainerError
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment

Weights = Callable[[int, str], Path]
"""The file of a run's weights, by its number and the name of the weights; see ``Jobs.weights``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """A test of several runs, ready to be shown.

    Attributes:
        setting: the test.
        networks: of the runs that have weights here, by their places among the columns.
        absent: why the others have none, in the same way.
    """

    setting: Setting
    networks: Mapping[int, Network]
    absent: Mapping[int, str]

    def scene(self, image: str) -> Scene:
        """One of its images."""
        return Scene(setting=self.setting, image=image, networks=tuple(self.networks.values()))


def hanging_of(
    exhibit: Exhibit,
    test: Test,
    weights: Weights,
    environment: Mapping[str, str] = os.environ,
) -> Hanging:
    """Make ready to show a test.

    Raises:
        NotFoundError: nobody says where its images lie, or what its degradation is.
        ExperimentError: the first run's experiment is of another version of dilctl.
    """
    first = parse_experiment(exhibit.columns[0].run.experiment)
    networks: dict[int, Network] = {}
    absent: dict[int, str] = {}
    for place, column in enumerate(exhibit.columns):
        try:
            networks[place] = _network(column, weights)
        except (DilctlError, StorageError, TrainerError, OSError) as error:
            absent[place] = str(error)
    return Hanging(setting=_setting(test, first, environment), networks=networks, absent=absent)


def _network(column: Column, weights: Weights) -> Network:
    file = weights(column.run.id, column.weights)
    return Network(
        run=column.run.id,
        weights=file,
        changed=file.stat().st_mtime_ns,
        judge=_judge(parse_experiment(column.run.experiment)),
    )


def _judge(experiment: Experiment) -> Judge:
    return Judge(task=experiment.task, border=experiment.evaluate.border)


def _setting(test: Test, experiment: Experiment, environment: Mapping[str, str]) -> Setting:
    degradation = named(test.degradation, test.suite, experiment.confounders)
    if degradation is None:
        raise NotFoundError(
            f"{test.degradation}: is not known to this version of dilctl; choose another (d)"
        )
    return Setting(
        test=test,
        source=_source(test.test_set, experiment.data.test, environment),
        degradation=degradation.model_dump(mode="json"),
        scale=experiment.network.scale,
        judge=_judge(experiment),
    )


def _source(test_set: str, sources: Sequence[str], environment: Mapping[str, str]) -> str:
    """Where a test set lies: as the run says, else in the folder of data sets."""
    for source in sources:
        if test_set_name(source) == test_set:
            return source
    shelf = environment.get(DATA_VARIABLE)
    if shelf and (place := Path(shelf).expanduser().absolute() / test_set).is_dir():
        return str(place)
    raise NotFoundError(
        f"{test_set}: was tested with dilctl eval, and where it lies is not known; set "
        f"${DATA_VARIABLE} to the folder that holds it, or choose another test set (s)"
    )
