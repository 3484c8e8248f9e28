"""What an experiment may say: every setting with its unit and range, declared once; no PyTorch."""

import hashlib
import json
from typing import Annotated, Literal, Self, assert_never

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from trainers.degradations.kinds import Degradation
from trainers.suites import SuiteName

BUNDLED = "bundled"

MOST = 10**12
"""Bound of what is only counted, far above any use: a slip of the keyboard is better refused."""


class Settings(BaseModel):
    """A closed, frozen group of settings."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )


def _kind(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


def _one(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Erm(Settings):
    """Empirical risk minimisation: the gradient of the mean loss over all confounders."""

    kind: Literal["erm"] = "erm"


class DilSf(Settings):
    """DIL, serial and first order: walk over the confounders one by one, then go that way."""

    kind: Literal["dil-sf"] = "dil-sf"
    inner_rate: float = Field(default=1e-4, gt=0, description="rate of the inner Adam, constant")
    inner_betas: tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]] = (
        Field(default=(0.0, 0.999), description="decay of the inner Adam's two moments")
    )


Rule = Annotated[Erm | DilSf, Field(discriminator="kind"), BeforeValidator(_kind)]


class Rrdb(Settings):
    """Residual-in-residual dense blocks at full resolution, without a global residual."""

    kind: Literal["rrdb"] = "rrdb"
    features: int = Field(default=64, ge=1, le=1024, description="channels between blocks")
    blocks: int = Field(default=23, ge=1, le=256, description="number of RRDB blocks")
    growth: int = Field(default=32, ge=1, le=1024, description="channels each dense layer adds")


# A second network turns this into a union with a discriminator, as Rule is.
Network = Annotated[Rrdb, BeforeValidator(_kind)]

Source = Annotated[str, Field(min_length=1)]
Sources = Annotated[tuple[Source, ...], BeforeValidator(_one), Field(min_length=1)]


class Data(Settings):
    """Where images come from: ``bundled`` (scikit-image's photographs) or folders of images."""

    train: Sources = Field(default=(BUNDLED,), description="clean images to train on")
    test: Sources = Field(default=(BUNDLED,), description="test sets, each named by its folder")
    validation: float = Field(
        default=0.1, gt=0, lt=1, description="share of the training images held out"
    )


class Budget(Settings):
    """When a run ends. Written ``3200 gradients``, ``800 steps`` or ``3600 seconds``."""

    amount: int = Field(gt=0, le=MOST)
    unit: Literal["steps", "gradients", "seconds"]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def _budget(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError(f'needs its unit, as in "{value} gradients"')  # noqa: TRY004 (pydantic's)
    if not isinstance(value, str):
        return value
    amount, _, unit = value.strip().partition(" ")
    return {"amount": amount.replace("_", ""), "unit": unit.strip()}


class Train(Settings):
    """The optimisation that all rules share."""

    batch: int = Field(
        default=32, ge=1, le=65_536, description="images in a batch, over all processes"
    )
    patch: int = Field(default=64, ge=8, le=16_384, description="side of a training patch, pixels")
    lr: float = Field(default=1e-4, gt=0, description="rate of the outer Adam")
    betas: tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]] = Field(
        default=(0.9, 0.999), description="decay of the outer Adam's two moments"
    )
    halve_at: float = Field(
        default=2 / 3, gt=0, le=1, description="share of the budget after which lr is halved"
    )
    budget: Annotated[Budget, BeforeValidator(_budget), PlainSerializer(str)] = Field(
        default=Budget(amount=110_700, unit="steps"),
        description="when to end: outer steps, gradient evaluations or seconds",
    )
    shared_content: bool = Field(
        default=False,
        description="degrade the same clean patches by every confounder (the paper's section 3.2) "
        "instead of drawing patches for each (the released code)",
    )
    precision: Literal["auto", "float32", "float64", "bfloat16"] = Field(
        default="auto", description="auto: bfloat16 autocast on GPUs that have it, else float32"
    )
    log_every: int = Field(
        default=10, ge=1, le=MOST, description="outer steps between points of a curve"
    )
    checkpoint_every: int = Field(
        default=200, ge=1, le=MOST, description="outer steps between checkpoints"
    )


class Evaluate(Settings):
    """What is measured: crops of validation images through training, whole suites at the end."""

    suite: SuiteName = Field(default="noise-levels", description="degradations tested on")
    every: int = Field(
        default=2000, ge=1, le=MOST, description="gradient evaluations between looks"
    )
    crops: int = Field(
        default=10, ge=1, le=10_000, description="crops of validation images in a look"
    )
    crop: int = Field(default=128, ge=16, le=16_384, description="side of such a crop, pixels")


class Resources(Settings):
    """What a run takes of a machine; changes no result beyond rounding."""

    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="auto: a GPU where the machine has one"
    )
    processes: int = Field(default=1, ge=1, le=64, description="processes; on GPUs, one each")
    threads: int = Field(default=1, ge=1, le=1024, description="CPU threads of each process")


class Experiment(Settings):
    """Everything a run needs but its seed."""

    task: Literal["denoise"]
    confounders: tuple[Degradation, ...] = Field(min_length=1)
    rule: Rule = Erm()
    network: Network = Rrdb()
    data: Data = Data()
    train: Train = Train()
    evaluate: Evaluate = Evaluate()
    resources: Resources = Resources()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(set(self.confounders)) < len(self.confounders):
            raise ValueError("confounders: the same degradation is listed twice")
        if self.train.batch < self.resources.processes:
            raise ValueError(
                f"train.batch: {self.train.batch} images cannot be shared by "
                f"{self.resources.processes} processes"
            )
        return self

    @property
    def signature(self) -> str:
        """Hash of all that makes a result: the settings that differ from the defaults.

        Settings that only say how the work is carried out stay outside: ``resources``,
        ``train.log_every`` and ``train.checkpoint_every``.
        """
        said = self.model_dump(
            mode="json",
            exclude_defaults=True,
            exclude={"resources": True, "train": {"log_every", "checkpoint_every"}},
        )
        # A union's kind is a default of its own class, so it must be named apart.
        said["kinds"] = [self.rule.kind, self.network.kind, *(c.kind for c in self.confounders)]
        text = json.dumps(said, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def gradients_per_step(experiment: Experiment) -> int:
    """Gradient evaluations that one outer step costs (see ``trainers.rules``).

    A mixed batch costs one, but as many as there are confounders when every clean patch is
    degraded by all of them.
    """
    confounders = len(experiment.confounders)
    match experiment.rule:
        case Erm():
            return confounders if experiment.train.shared_content else 1
        case DilSf():
            return confounders
        case _:
            assert_never(experiment.rule)


def steps_of(budget: Budget, gradients_per_step: int) -> int | None:
    """Outer steps that a budget allows, None where it is stated in seconds."""
    match budget.unit:
        case "steps":
            return budget.amount
        case "gradients":
            return max(1, budget.amount // gradients_per_step)
        case "seconds":
            return None
