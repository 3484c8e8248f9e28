"""How a network that was trained on some degradations stands to another; no PyTorch."""

from collections.abc import Sequence
from typing import Literal

from trainers.degradations.kinds import DegradationKind, Hybrid

Standing = Literal["seen", "interpolated", "unseen"]


def standing(degradation: DegradationKind, confounders: Sequence[DegradationKind]) -> Standing:
    """How a network trained on the confounders stands to a degradation.

    Returns:
        ``seen`` if it is one of the confounders, ``interpolated`` if it lies inside the range
        of levels that confounders of the same kind and convention span, or within what one of
        them draws from, else ``unseen``. A range of hybrid severities is seen if all of them are,
        interpolated if it lies between some that are.
    """
    if degradation in confounders:
        return "seen"
    if isinstance(degradation, Hybrid):
        return _of_severities(
            degradation, [other for other in confounders if isinstance(other, Hybrid)]
        )
    if any(confounder.covers(degradation) for confounder in confounders):
        return "interpolated"
    measured_by = degradation.measured_by
    if measured_by is None:
        return "unseen"
    level = getattr(degradation, measured_by)
    levels = [
        getattr(other, measured_by)
        for other in confounders
        if type(other) is type(degradation)
        and other.model_copy(update={measured_by: level}) == degradation
    ]
    return "interpolated" if levels and min(levels) < level < max(levels) else "unseen"


def _of_severities(wanted: Hybrid, trained_on: Sequence[Hybrid]) -> Standing:
    known = {level for each in trained_on for level in range(each.lowest, each.highest + 1)}
    if known >= set(range(wanted.lowest, wanted.highest + 1)):
        return "seen"
    is_between = bool(known) and min(known) < wanted.lowest and wanted.highest < max(known)
    return "interpolated" if is_between else "unseen"
