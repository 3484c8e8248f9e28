"""What every rule is given and what it gives back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from trainers.data.batches import Batch
from trainers.rules.adam import AdamState

Theta = Tensor
"""All weights of a network as one vector, shape (P,)."""

RuleState = AdamState | None
"""What a rule carries from one outer step to the next; None for a rule without memory."""


class Draw(Protocol):
    """The batches of one outer step; the same draw gives the same batches, however often asked."""

    def mixed(self) -> Batch:
        """A batch over all confounders."""
        ...

    def one_by_one(self) -> Iterator[Batch]:
        """A batch for each confounder alone, in this step's shuffled order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterStep:
    """What a rule makes of one outer step.

    Attributes:
        gradient: what the outer optimiser is given, shape (P,).
        loss: mean loss over the batches used, shape ().
        state: the rule's memory for the next step.
    """

    gradient: Tensor
    loss: Tensor
    state: RuleState
