"""A whole experiment, and what identifies it."""

import hashlib
import json
import os
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from trainers.degradations.kinds import AsCaptured, Confounder, Pairs
from trainers.degradations.standing import standing
from trainers.experiment.base import Settings
from trainers.experiment.networks import Network, Rrdb
from trainers.experiment.rules import Erm, Mldg, Rule
from trainers.experiment.training import Data, Evaluate, Resources, Train
from trainers.suites import CAPTURED, SUITES, degradations_of

Task = Literal["denoise", "deblur", "hybrid", "real-denoise", "real-sr", "derain", "leave-one-out"]


def _confounders(value: object) -> object:
    """The name of a suite means all its degradations."""
    if not isinstance(value, str):
        return value
    usable = [suite for suite in SUITES if suite not in (*CAPTURED, "confounders")]
    if value in usable:
        return degradations_of(value)
    suites = ", ".join(usable)
    raise ValueError(f"must be a list of degradations or a suite ({suites}), not {value!r}")


def _some(confounders: tuple[Confounder, ...]) -> tuple[Confounder, ...]:
    # `min_length` would count a degradation with a fault of its own as missing.
    if not confounders:
        raise ValueError("must have at least 1 entry")
    return confounders


def _identity(confounder: Confounder) -> str:
    """What a run was trained on: the name, and the folder that the images are from."""
    folder = getattr(confounder, "folder", None)
    return confounder.name if folder is None else f"{confounder.name} in {folder}"


class Experiment(Settings):
    """Everything a run needs but its seed."""

    task: Task
    confounders: Annotated[
        tuple[Confounder, ...],
        Field(description="degradations trained on, or the name of a suite"),
        BeforeValidator(_confounders),
        AfterValidator(_some),
    ]
    rule: Rule = Erm()
    network: Network = Rrdb()
    data: Data = Data()
    train: Train = Train()
    evaluate: Evaluate = Evaluate()
    resources: Resources = Resources()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for fault in (
            self._repeated(),
            self._of_one_name(),
            self._without_tests(),
            self._unshareable(),
            self._too_narrow(),
            self._of_another_scale(),
            self._without_average(),
            self._without_seen(),
        ):
            if fault:
                raise ValueError(fault)
        return self

    def _repeated(self) -> str | None:
        if len(set(self.confounders)) < len(self.confounders):
            return "confounders: the same degradation is listed twice"
        if len(set(self.evaluate.suites)) < len(self.evaluate.suites):
            return "evaluate.suites: the same suite is listed twice"
        if len(set(self.evaluate.weights)) < len(self.evaluate.weights):
            return "evaluate.weights: the same weights are listed twice"
        return None

    def _of_one_name(self) -> str | None:
        # One folder written in two ways is refused, by its place, where folders are looked up.
        folders = {
            (each.name, os.path.normpath(getattr(each, "folder", ""))) for each in self.confounders
        }
        name, count = Counter(name for name, _ in folders).most_common(1)[0]
        if count == 1:
            return None
        return f"confounders: two are called {name}; rename a folder or leave one of them out"

    def _without_tests(self) -> str | None:
        is_empty = all(isinstance(each, Pairs) for each in self.confounders)
        if "confounders" in self.evaluate.suites and is_empty:
            return (
                "evaluate.suites: confounders holds nothing that any image can be spoilt by; "
                f"name a suite of pairs ({', '.join(CAPTURED)}) or of synthetic degradations"
            )
        return None

    def _unshareable(self) -> str | None:
        own = [n for n, each in enumerate(self.confounders) if isinstance(each, Pairs)]
        if self.train.shared_content and own:
            return (
                f"train.shared_content: confounders.{own[0]} is a folder of pairs, which bring "
                "their own content; set it to false"
            )
        return None

    def _too_narrow(self) -> str | None:
        batch, processes = self.train.batch, self.resources.processes
        if batch < processes:
            return f"train.batch: {batch} images cannot be shared by {processes} processes"
        if isinstance(self.rule, Mldg) and len(self.confounders) < 2:
            return "confounders: mldg holds one out, so it needs at least two"
        return None

    def _without_average(self) -> str | None:
        if "average" in self.evaluate.weights and self.train.average is None:
            return "evaluate.weights: there is no average to test; set train.average to ema or swa"
        return None

    def _of_another_scale(self) -> str | None:
        scale = self.network.scale
        places = [(f"confounders.{n}", each) for n, each in enumerate(self.confounders)]
        places += [("evaluate.suites", each) for each in self.looked_at]
        for place, each in places:
            if each.shrinks_by != scale:
                return (
                    f"{place}: {each.name} shrinks images {each.shrinks_by} times, the network "
                    f"enlarges them {scale} times; set network.scale, or the scale there"
                )
        if self.train.patch % scale:
            return f"train.patch: {self.train.patch} is no multiple of network.scale, {scale}"
        return None

    def _without_seen(self) -> str | None:
        is_blind = not any(standing(each, self.confounders) == "seen" for each in self.looked_at)
        if "best-seen" in self.evaluate.weights and is_blind:
            return "evaluate.weights: best-seen needs a suite that holds one of the confounders"
        return None

    @property
    def looked_at(self) -> tuple[Confounder, ...]:
        """The degradations of a look, each once: those tested that any image can be spoilt by.

        Where there are none, and of folders of pairs, the confounders.
        """
        suites = [degradations_of(suite, self.confounders) for suite in self.evaluate.suites]
        tested = {d.name: d for suite in suites for d in suite if not isinstance(d, AsCaptured)}
        pairs = {each.name: each for each in self.confounders if isinstance(each, Pairs)}
        return tuple((tested | pairs).values()) if tested else self.confounders

    @property
    def signature(self) -> str:
        """Hash of all that makes a result: the settings that differ from the defaults.

        Settings that only say how the work is carried out stay outside: ``resources``,
        ``train.log_every`` and ``train.checkpoint_every``. With ``rule.reduce = "outer"`` the
        number of processes makes a result, too.
        """
        said = self.model_dump(
            mode="json",
            exclude_defaults=True,
            exclude={"resources": True, "train": {"log_every", "checkpoint_every"}},
        )
        said["confounders"] = [_identity(confounder) for confounder in self.confounders]
        if getattr(self.rule, "reduce", "inner") == "outer":
            said["processes"] = self.resources.processes
        text = json.dumps(said, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
