"""How a row stands to ERM trained alike, and how far that brings it to the oracle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dilctl.leaderboard.alike import are_alike, common_seeds, erm_of
from dilctl.leaderboard.labels import trained_as
from dilctl.leaderboard.measured import Pool
from dilctl.leaderboard.statistics import FEWEST, Values, estimate, share
from dilctl.leaderboard.values import Estimate, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a row gained and paid; the attributes of a row, and why some of them are missing.

    Attributes:
        baseline: the ERM; None for ERM itself and where there is none.
        oracle: the other end of the scale; None where no share of the gap is known.
        to_erm: the gain under each degradation, by its full name; empty without a baseline.
        refusal: why the row could not be compared with ERM.
        no_share: why the share of the gap is not known, where there is an oracle at all.
    """

    verdict: Verdict
    baseline: Pool | None = None
    oracle: Pool | None = None
    gain: Estimate | None = None
    seen_price: Estimate | None = None
    gap_closed: Estimate | None = None
    to_erm: Mapping[str, Estimate] = field(default_factory=dict[str, Estimate])
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
    baseline = erm_of(pool, pools)
    if baseline is pool:
        return Comparison(verdict="baseline")
    if baseline is None:
        return Comparison(verdict="no baseline")
    refusal = _refusal(pool, baseline)
    if refusal:
        return Comparison(verdict="no baseline", refusal=refusal)
    made = Comparison(
        verdict="undecided",
        baseline=baseline,
        seen_price=_price(pool, baseline),
        to_erm=_under_each(pool, baseline),
    )
    unseen = _differences(pool, baseline, "unseen")
    if not unseen.size:
        why = "no degradation of the suite is unseen"
        return replace(made, verdict="nothing unseen", refusal=why)
    gain, verdict = judged(unseen)
    made = replace(made, gain=gain, verdict=verdict)
    return _with_share(made, pool, oracles) if oracles else made


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
    if not common_seeds(pool, baseline):
        return "it and its ERM have no seed in common"
    return ""


def _differences(pool: Pool, baseline: Pool, standing: str) -> Values:
    """Shape (common seeds, degradations of the standing, images)."""
    common = common_seeds(pool, baseline)
    return pool.of_standing(standing, common) - baseline.of_standing(standing, common)


def _price(pool: Pool, baseline: Pool) -> Estimate | None:
    differences = _differences(pool, baseline, "seen")
    return estimate(differences.mean((0, 1))) if differences.size else None


def _under_each(pool: Pool, baseline: Pool) -> Mapping[str, Estimate]:
    """The difference under each degradation, paired over images and common seeds."""
    columns, found = pool.first.degradations, dict[str, Estimate]()
    for standing in dict.fromkeys(word for _, word in columns):
        names = [name for name, word in columns if word == standing]
        differences = _differences(pool, baseline, standing).mean(0)
        found |= {name: estimate(each) for name, each in zip(names, differences, strict=True)}
    return found


def _with_share(made: Comparison, pool: Pool, oracles: Sequence[Pool]) -> Comparison:
    """With (method - ERM) / (oracle - ERM) of the unseen mean, or with why it is not known."""
    assert made.baseline is not None
    oracle = _oracle_of(made.baseline, oracles)
    if oracle is None:
        return replace(made, no_share="no oracle was trained and tested as its ERM was")
    if oracle.first.coverage != pool.first.coverage:
        return replace(made, no_share="its oracle was measured on other images or degradations")
    common = common_seeds(pool, made.baseline)
    erm = made.baseline.of_standing("unseen", common).mean((0, 1))
    gains = pool.of_standing("unseen", common).mean((0, 1)) - erm
    # The oracle is the other end of the scale, not a partner of seeds: all of its own count.
    closed = share(gains, oracle.of_standing("unseen").mean((0, 1)) - erm)
    if closed is None:
        few = f"fewer than {FEWEST} images do not show how far the oracle is ahead of ERM"
        why = few if len(erm) < FEWEST else "its oracle is not clearly ahead of ERM"
        return replace(made, no_share=why)
    return replace(made, gap_closed=closed, oracle=oracle)


def _oracle_of(baseline: Pool, oracles: Sequence[Pool]) -> Pool | None:
    """The oracle of a baseline: trained alike but for the confounders, so the scale is the same.

    Its controls are those of the baseline where possible; of several, that with most seeds.
    """
    alike = [oracle for oracle in oracles if are_alike(oracle, baseline)]
    settings = trained_as(baseline.experiment)
    return max(
        alike,
        key=lambda oracle: (trained_as(oracle.experiment) == settings, len(oracle.seeds)),
        default=None,
    )
