"""What can be said of a training rule (the rules themselves are in ``trainers.rules``)."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainers.experiment.base import Kind, kind

Decay = Annotated[float, Field(ge=0, lt=1)]
InnerSteps = Annotated[int, Field(le=1000)]


class Erm(Kind):
    """Empirical risk minimisation: the gradient of the mean loss over all confounders."""

    kind: Literal["erm"] = "erm"


class FirstOrder(Kind):
    """What the rules share that walk from θ to some φ and take θ - φ for a gradient."""

    inner_optimiser: Literal["adam", "sgd"] = Field(
        default="adam", description="what makes the virtual updates"
    )
    inner_rate: float = Field(
        default=1e-4, gt=0, description="rate of the virtual updates, constant"
    )
    inner_betas: tuple[Decay, Decay] = Field(
        default=(0.0, 0.999), description="decay of the inner Adam's two moments"
    )
    carry_state: bool = Field(
        default=True, description="keep the inner Adam's moments from one outer step to the next"
    )
    reduce: Literal["inner", "outer"] = Field(
        default="inner",
        description="what processes average: every inner gradient (any number of processes "
        "computes the same) or only the end of walks taken alone (another algorithm)",
    )


class DilSf(FirstOrder):
    """DIL, serial and first order: walk over the confounders one by one, then go that way."""

    kind: Literal["dil-sf"] = "dil-sf"
    inner_steps: InnerSteps = Field(default=1, ge=1, description="updates on each confounder")


class DilPf(FirstOrder):
    """DIL, parallel and first order: walk on the mean loss over all confounders at once."""

    kind: Literal["dil-pf"] = "dil-pf"
    inner_steps: InnerSteps = Field(
        default=4, ge=2, description="updates k; the paper leaves it open. 4 costs what dil-sf does"
    )


class SecondOrder(Kind):
    """What the rules share that differentiate through their virtual updates."""

    inner_rate: float = Field(
        default=1e-3, gt=0, description="rate α of the virtual updates, plain gradient descent"
    )
    inner_steps: InnerSteps = Field(
        default=1, ge=1, description="virtual updates, all on the same support batch"
    )
    query: Literal["fresh", "support"] = Field(
        default="fresh", description="judge the updated weights on patches of their own, or again "
        "on those that updated them"
    )  # fmt: skip


class DilSs(SecondOrder):
    """DIL, serial and second order: one virtual update for each confounder alone (Eq. 3, 4)."""

    kind: Literal["dil-ss"] = "dil-ss"


class DilPs(SecondOrder):
    """DIL, parallel and second order: one virtual update on the mean loss (Eq. 5)."""

    kind: Literal["dil-ps"] = "dil-ps"


class GroupDro(Kind):
    """Group DRO (Sagawa et al., ICLR 2020): weigh the confounders that are restored worst most."""

    kind: Literal["group-dro"] = "group-dro"
    weight_rate: float = Field(
        default=0.01, gt=0, description="rate η of the weights, q ← q exp(η ℓ)"
    )


class VRex(Kind):
    """V-REx (Krueger et al., ICML 2021): mean loss plus β times its variance over confounders."""

    kind: Literal["v-rex"] = "v-rex"
    penalty: float = Field(default=10.0, ge=0, description="weight β of the variance")


class Mldg(Kind):
    """MLDG (Li et al., AAAI 2018): learn on most confounders what also helps one held out."""

    kind: Literal["mldg"] = "mldg"
    inner_rate: float = Field(default=1e-3, gt=0, description="rate α of the virtual update")
    held_out_weight: float = Field(
        default=1.0, ge=0, description="weight β of the loss on the confounder held out"
    )


class Fish(FirstOrder):
    """Fish (Shi et al., ICLR 2022): go part of the way that a walk over the confounders leads.

    Like ``dil-sf``, except that the outer optimiser is plain interpolation, θ + ε (φ_n - θ).
    """

    kind: Literal["fish"] = "fish"
    inner_betas: tuple[Decay, Decay] = Field(
        default=(0.9, 0.999), description="decay of the inner Adam's two moments"
    )
    outer_rate: float = Field(
        default=0.5, gt=0, le=1, description="ε, halved when train.lr would be"
    )


Rule = Annotated[
    Erm | DilSf | DilPf | DilSs | DilPs | GroupDro | VRex | Mldg | Fish,
    Field(discriminator="kind"),
    BeforeValidator(kind),
]
