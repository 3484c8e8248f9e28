"""What every rule is given and what it gives back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from trainers.data.batch import Batch
from trainers.rules.adam import AdamState

Theta = Tensor
"""All weights of a network as one vector, shape (P,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWeights:
    """Group DRO's memory: the logarithms of the weights q, up to a constant, (confounders,)."""

    logarithms: Tensor


RuleState = AdamState | GroupWeights | None
"""What a rule carries from one outer step to the next; None for a rule without memory."""


class Draw(Protocol):
    """The batches of one outer step; the same draw gives the same batches, however often asked.

    Where content is shared, all confounders of a batch spoil the same clean patches.
    """

    def mixed(self, number: int = 0) -> Batch:
        """The batch of this number over all confounders."""
        ...

    def one_by_one(self, passes: int = 1) -> Iterator[Batch]:
        """Batches of one confounder each, some for every one, in this step's shuffled order."""
        ...

    def query(self) -> Batch:
        """A batch over all confounders, of other patches than those of ``one_by_one()``."""
        ...

    def query_again(self) -> Batch:
        """A batch over all confounders, of patches of ``one_by_one()``, spoilt as they were."""
        ...

    def split(self) -> tuple[Batch, Batch]:
        """A batch over all confounders but one, and one of that one, drawn anew at every step."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterStep:
    """What a rule makes of one outer step.

    Attributes:
        gradient: what the outer optimiser is given, shape (P,).
        loss: mean loss over the batches that were judged, shape ().
        state: the rule's memory for the next step.
    """

    gradient: Tensor
    loss: Tensor
    state: RuleState = None
