"""What can be said of data, optimisation and evaluation."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from trainers.experiment.base import MOST, Kind, Settings, kind, names, one
from trainers.experiment.memory import Bytes
from trainers.reporter import Weights
from trainers.suites import SuiteName

BUNDLED = "bundled"

Source = Annotated[str, Field(min_length=1)]
Sources = Annotated[tuple[Source, ...], BeforeValidator(one), Field(min_length=1)]
Decay = Annotated[float, Field(ge=0, lt=1)]


class Data(Settings):
    """Where images come from: ``bundled`` (scikit-image's photographs) or folders of images.

    A test set may be a folder of pairs. Where every confounder is a folder of pairs, those are
    trained on, and ``train`` says nothing.
    """

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
    if not unit.strip():
        raise ValueError(f'must be a number, a blank and a unit, as in "40 steps", not {value!r}')
    return {"amount": amount.replace("_", ""), "unit": unit.strip()}


class Ema(Kind):
    """An exponential moving average of the weights."""

    kind: Literal["ema"] = "ema"
    decay: float = Field(default=0.999, gt=0, lt=1, description="what is kept at each outer step")


class Swa(Kind):
    """Stochastic weight averaging (Izmailov et al., UAI 2018): the mean over the last stretch."""

    kind: Literal["swa"] = "swa"
    start: float = Field(
        default=0.75, ge=0, lt=1, description="share of the budget after which weights count"
    )


Average = Annotated[Ema | Swa, Field(discriminator="kind"), BeforeValidator(kind)]


class Train(Settings):
    """The optimisation that all rules share."""

    batch: int = Field(
        default=32, ge=1, le=65_536, description="images in a batch, over all processes"
    )
    patch: int = Field(default=64, ge=8, le=16_384, description="side of a training patch, pixels")
    lr: float = Field(default=1e-4, gt=0, description="rate of the outer Adam")
    betas: tuple[Decay, Decay] = Field(
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
    mask: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="share of a degraded patch's pixels that are blanked in training "
        "(after Chen et al., Masked Image Training, CVPR 2023, who mask features)",
    )
    sharpen: bool = Field(
        default=False,
        description="train towards sharpened clean patches (Real-ESRGAN's unsharp mask)",
    )
    average: Average | None = Field(
        default=None, description="average the weights over training: ema or swa"
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

    suites: Annotated[tuple[SuiteName, ...], BeforeValidator(names), Field(min_length=1)] = Field(
        default=("noise-levels",), description="degradations tested on"
    )
    weights: Annotated[tuple[Weights, ...], BeforeValidator(names), Field(min_length=1)] = Field(
        default=("last",),
        description="weights tested at the end: the last, those of the best look at seen "
        "degradations, the average (of train.average)",
    )
    every: int = Field(
        default=2000, ge=1, le=MOST, description="gradient evaluations between looks"
    )
    crops: int = Field(
        default=10, ge=1, le=10_000, description="crops of validation images in a look"
    )
    crop: int = Field(default=128, ge=16, le=16_384, description="side of such a crop, pixels")
    border: int = Field(
        default=0,
        ge=0,
        le=256,
        description="pixels cut off at each side of a test image before PSNR and SSIM",
    )


class Resources(Settings):
    """What a run takes of a machine; changes no result beyond rounding."""

    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="auto: a GPU where the machine has one"
    )
    processes: int = Field(default=1, ge=1, le=64, description="processes; on GPUs, one each")
    threads: int = Field(default=1, ge=1, le=1024, description="CPU threads of each process")
    micro_batch: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="images that a process takes through the network at once, so that a batch "
        "fits into memory; all of its share where not set",
    )
    gpu_memory: Bytes | None = Field(
        default=None,
        description="bytes that the run takes of each GPU, so that several runs share one; "
        "may be written 12GiB, 8000MiB or 12 GB",
    )
