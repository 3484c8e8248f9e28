"""Which ERM a row is compared with: one that was trained alike."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from dilctl.leaderboard.labels import averaged_as, switches, trained_as_but_for_switches
from storage.records import Json


class Trained(Protocol):
    """A row, as far as it says whom to compare it with."""

    @property
    def experiment(self) -> Json:
        """Of all its runs."""
        ...

    @property
    def weights(self) -> str:
        """Which weights of them are meant."""
        ...

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of its runs."""
        ...


_T = TypeVar("_T", bound=Trained)


def are_alike(one: Trained, other: Trained, *, budget_aside: bool = False) -> bool:
    """Whether two rows differ in nothing but rule, confounders, controls, and perhaps budget."""
    if one.weights != other.weights:
        return False
    # Of the weights themselves it makes no difference whether and how they are averaged beside.
    if one.weights == "average" and averaged_as(one.experiment) != averaged_as(other.experiment):
        return False
    settings, others = (_settings(each, budget_aside=budget_aside) for each in (one, other))
    return settings == others


def erm_of(own: _T, others: Sequence[_T], *, budget_aside: bool = False) -> _T | None:
    """The ERM that a row is compared with: of the same network, data, confounders and budget.

    Controls that any rule can take (no biases, masked training) change the network or its data.
    So a rule is compared with ERM of the same controls, and with ERM without any only where there
    is none of them; ERM with controls is itself compared with ERM without, which shows what the
    controls do. Averaging the weights changes nothing of their training, so only the weights that
    are meant must be of the same kind.

    Args:
        own: the row.
        others: all rows trained on the same confounders, itself among them.
        budget_aside: whether ERM of another budget will do where there is none of the same.

    Returns:
        Of several, that with most seeds in common; ``own`` itself for ERM that is compared with
        nothing else; None where there is no such ERM.
    """
    alike = [
        other
        for other in others
        if _is_erm(other) and are_alike(other, own, budget_aside=budget_aside)
    ]
    plain = [other for other in alike if not switches(other.experiment)]
    same = [other for other in alike if switches(other.experiment) == switches(own.experiment)]
    candidates = plain or same if _is_erm(own) else same or plain
    if any(other is own for other in candidates):
        return own
    return max(candidates, key=lambda other: _nearness(other, own), default=None)


def common_seeds(one: Trained, other: Trained) -> list[int]:
    """The seeds that both have, ascending."""
    return sorted(set(one.seeds) & set(other.seeds))


def _nearness(one: Trained, other: Trained) -> tuple[bool, bool, int]:
    common = common_seeds(one, other)
    budgets = [each.experiment["train"]["budget"] for each in (one, other)]
    return bool(common), budgets[0] == budgets[1], len(common)


def _is_erm(row: Trained) -> bool:
    return row.experiment["rule"]["kind"] == "erm"


def _settings(row: Trained, *, budget_aside: bool) -> Mapping[str, str]:
    settings = trained_as_but_for_switches(row.experiment)
    return {
        path: value
        for path, value in settings.items()
        if not (budget_aside and path == "train.budget")
    }
