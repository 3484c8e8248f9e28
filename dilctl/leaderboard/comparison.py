"""How a row stands to ERM trained alike, and how far that brings it to the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dilctl.leaderboard.labels import (
    averaged_as,
    switches,
    trained_as,
    trained_as_but_for_switches,
)
from dilctl.leaderboard.measured import Pool
from dilctl.leaderboard.statistics import FEWEST, Values, estimate, share
from dilctl.leaderboard.values import Estimate, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a row gained and paid; the attributes of a row, and why some of them are missing.

    Attributes:
        baseline: the ERM; None for ERM itself and where there is none.
        refusal: why the row could not be compared with ERM.
        no_share: why the share of the gap is not known, where there is an oracle at all.
    """

    verdict: Verdict
    baseline: Pool | None = None
    gain: Estimate | None = None
    seen_price: Estimate | None = None
    gap_closed: Estimate | None = None
    refusal: str = ""
    no_share: str = ""


def compared(pool: Pool, pools: Sequence[Pool], oracles: Sequence[Pool] = ()) -> Comparison:
    """Compare a row with ERM trained alike, paired over images and over the seeds of both.

    Args:
        pool: the row.
        pools: all rows trained on the confounders of the board, itself among them.
        oracles: ERM trained on every degradation of the suite, its standings the board's.
    """
    if pool.is_oracle:
        return Comparison(verdict="oracle")
    baseline = baseline_of(pool, pools)
    if baseline is pool:
        return Comparison(verdict="baseline")
    if baseline is None:
        return Comparison(verdict="no baseline")
    refusal = _refusal(pool, baseline)
    if refusal:
        return Comparison(verdict="no baseline", refusal=refusal)
    unseen = _differences(pool, baseline, "unseen")
    if not unseen.size:
        undecided = Comparison(
            verdict="undecided", refusal="no degradation of the suite is unseen"
        )  # fmt: skip
        return replace(undecided, baseline=baseline, seen_price=_price(pool, baseline))
    gain, verdict = judged(unseen)
    made = Comparison(
        verdict=verdict, baseline=baseline, gain=gain, seen_price=_price(pool, baseline)
    )
    return _with_share(made, pool, oracles) if oracles else made


def baseline_of(pool: Pool, pools: Sequence[Pool]) -> Pool | None:
    """The ERM that a row is compared with: of the same network, data, confounders and budget.

    Controls that any rule can take (no biases, masked training) need not be equal: ERM without
    any is preferred, else ERM with the same. Averaging the weights changes nothing of their
    training, so only the weights that were tested must be of the same kind.

    Returns:
        Of several, that with most seeds in common; ``pool`` itself for ERM that is compared with
        nothing else; None where there is no such ERM.
    """
    alike = [other for other in pools if other.first.run.rule == "erm" and _alike(other, pool)]
    plain = [other for other in alike if not switches(other.experiment)]
    own = [other for other in alike if switches(other.experiment) == switches(pool.experiment)]
    candidates = plain or own
    if any(other is pool for other in candidates):
        return pool
    return max(candidates, key=lambda other: len(_common(other, pool)), default=None)


def _alike(one: Pool, other: Pool) -> bool:
    """Whether two rows differ in nothing but rule, confounders and controls."""
    if one.weights != other.weights:
        return False
    # Of the weights themselves it makes no difference whether and how they are averaged beside.
    if one.weights == "average" and averaged_as(one.experiment) != averaged_as(other.experiment):
        return False
    settings, others = (trained_as_but_for_switches(each.experiment) for each in (one, other))
    return settings == others


def judged(differences: Values) -> tuple[Estimate, Verdict]:
    """The mean of paired differences, and whether to call it a gain.

    Args:
        differences: method minus ERM in decibels, shape (seeds, degradations, images), none empty.

    Returns:
        The mean with its interval over images. It is a gain (a loss) only if the interval lies
        above (below) zero and the mean of every single seed does so, too.
    """
    mean = estimate(differences.mean((0, 1)))
    of_seeds = differences.mean((1, 2))
    if mean.low is not None and mean.low > 0 and (of_seeds > 0).all():
        return mean, "gain"
    if mean.high is not None and mean.high < 0 and (of_seeds < 0).all():
        return mean, "loss"
    return mean, "undecided"


def _refusal(pool: Pool, baseline: Pool) -> str:
    if baseline.first.coverage != pool.first.coverage:
        return "it and its ERM were measured on different images or degradations"
    if not _common(pool, baseline):
        return "it and its ERM have no seed in common"
    return ""


def _common(one: Pool, other: Pool) -> list[int]:
    return sorted(set(one.seeds) & set(other.seeds))


def _differences(pool: Pool, baseline: Pool, standing: str) -> Values:
    """Shape (common seeds, degradations of the standing, images)."""
    common = _common(pool, baseline)
    return pool.of_standing(standing, common) - baseline.of_standing(standing, common)


def _price(pool: Pool, baseline: Pool) -> Estimate | None:
    differences = _differences(pool, baseline, "seen")
    return estimate(differences.mean((0, 1))) if differences.size else None


def _with_share(made: Comparison, pool: Pool, oracles: Sequence[Pool]) -> Comparison:
    """With (method - ERM) / (oracle - ERM) of the unseen mean, or with why it is not known."""
    assert made.baseline is not None
    oracle = _oracle_of(made.baseline, oracles)
    if oracle is None:
        return replace(made, no_share="no oracle was trained and tested as its ERM was")
    if oracle.first.coverage != pool.first.coverage:
        return replace(made, no_share="its oracle was measured on other images or degradations")
    common = _common(pool, made.baseline)
    erm = made.baseline.of_standing("unseen", common).mean((0, 1))
    gains = pool.of_standing("unseen", common).mean((0, 1)) - erm
    # The oracle is the other end of the scale, not a partner of seeds: all of its own count.
    closed = share(gains, oracle.of_standing("unseen").mean((0, 1)) - erm)
    if closed is None:
        few = f"fewer than {FEWEST} images do not show how far the oracle is ahead of ERM"
        why = few if len(erm) < FEWEST else "its oracle is not clearly ahead of ERM"
        return replace(made, no_share=why)
    return replace(made, gap_closed=closed)


def _oracle_of(baseline: Pool, oracles: Sequence[Pool]) -> Pool | None:
    """The oracle of a baseline: trained alike but for the confounders, so the scale is the same.

    Its controls are those of the baseline where possible; of several, that with most seeds.
    """
    alike = [oracle for oracle in oracles if _alike(oracle, baseline)]
    settings = trained_as(baseline.experiment)
    return max(
        alike,
        key=lambda oracle: (trained_as(oracle.experiment) == settings, len(oracle.seeds)),
        default=None,
    )
