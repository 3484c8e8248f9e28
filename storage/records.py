"""The frozen values that leave the registry, and the statuses that a run goes through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


ASIDE = ("system:", "speed:")
"""How the names of metrics begin that tell of the machine and not of the model.

They have curves, and are found where they are asked for by name; lists leave them out.
"""


class Status(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wanted(StrEnum):
    """What a person wants of a live run; the agent that holds the run acts on it."""

    CANCEL = "cancel"
    PAUSE = "pause"


STATUS_OF: Mapping[str, Status] = {str(status): status for status in Status}
"""By its word; ten times as quick as asking the class, for lists of thousands."""

LIVE = frozenset({Status.STARTING, Status.RUNNING})
ENDED = frozenset({Status.DONE, Status.FAILED, Status.CANCELLED})

# What may follow what. Every change of status in the registry is checked against this table. A run
# is born queued, or done where it was trained elsewhere.
ALLOWED: Mapping[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.STARTING, Status.CANCELLED}),
    Status.STARTING: frozenset({Status.RUNNING, Status.QUEUED, Status.FAILED, Status.CANCELLED}),
    Status.RUNNING: frozenset(
        {Status.DONE, Status.QUEUED, Status.PAUSED, Status.FAILED, Status.CANCELLED}
    ),
    Status.PAUSED: frozenset({Status.QUEUED, Status.CANCELLED}),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.DONE: frozenset(),
    Status.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run as it is submitted.

    Attributes:
        name: what people call it; any text.
        experiment: the whole experiment, as plain JSON.
        seed: the run's seed.
        signature: hash of what makes two experiments the same.
        task, rule, network: the words that tables show, as in ``denoise``, ``dil-sf``, ``rrdb``.
        sweep: name shared by the runs that were submitted together.
        priority: higher goes first.
        needs: what the run takes of a machine: ``processes``, ``threads``, ``device``.
        provenance: git commit, uncommitted diff, package versions, hash of the trainers' code.
        tags: words that people find runs by.
        note: what a person wants to remember of it; empty for nothing.
        after: runs that must be done before this one starts.
        after_any: it also starts when those have failed or were cancelled.
        retries: how often in a row it is tried again after an end that a retry can cure.
    """

    name: str
    experiment: Json
    seed: int
    signature: str
    task: str
    rule: str
    network: str
    sweep: str | None = None
    priority: int = 0
    needs: Json = field(default_factory=dict[str, Any])
    provenance: Json = field(default_factory=dict[str, Any])
    tags: tuple[str, ...] = ()
    note: str = ""
    after: tuple[int, ...] = ()
    after_any: bool = False
    retries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of a run's training that no registry saw; 0 where it is not known.

    Attributes:
        host: the machine that holds its files.
        step, gradients, seconds: how far it came, see ``trainers.reporter``.
    """

    host: str
    step: int = 0
    gradients: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the registry knows it. Times are UTC and aware.

    Attributes:
        id: the run's number.
        status: where it is in its life.
        wanted: what a person wants of it, if that has not happened yet.
        reason: in words: why it waits, or why it ended as it did; empty when there is nothing
            to say.
        attempt: number of the newest attempt, 0 before the first.
        attempts_lost: attempts in a row that ended as a retry can cure, without getting further.
        retries: how many of those it is given.
        adjustments: what retries changed, as ``{"micro_batch": 4}``.
        after, after_any: the runs that it follows, see ``NewRun``.
        tags: in alphabetical order.
        step, gradients, seconds, fraction: how far it has come, see ``trainers.reporter``.
        seconds_left: estimate, None while there is nothing to estimate from.
        activity: what it does now, in a few words.
        latest: newest value of each metric, by name, and the means of the newest evaluations, as
            ``psnr@CBSD68:gaussian-noise sigma=30`` and ``psnr@CBSD68:noise-levels unseen``; without
            those that are ``ASIDE``.
        host: machine of the newest attempt, or to which the weights were brought; else None.
    """

    id: int
    name: str
    experiment: Json
    seed: int
    signature: str
    task: str
    rule: str
    network: str
    sweep: str | None
    priority: int
    needs: Json
    provenance: Json
    status: Status
    wanted: Wanted | None
    reason: str
    attempt: int
    attempts_lost: int
    step: int
    gradients: int
    seconds: float
    fraction: float
    seconds_left: float | None
    activity: str
    latest: Mapping[str, float]
    host: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    after: tuple[int, ...]
    after_any: bool
    retries: int
    adjustments: Json
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One run in a list that may be long, without what the run holds.

    Attributes:
        id: the run's number.
        status: where it is in its life.
        group: the value by which the list is grouped, as text; None where the run has none.
    """

    id: int
    status: Status
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that cannot be mistaken for another one that was given its number later.

    Attributes:
        pid: process id.
        started: start time in seconds, as the system states it: on Linux since its boot, which no
            setting of the clock moves, else since the epoch.
        boot: identity of the boot of the machine.
    """

    pid: int
    started: float
    boot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One start of a run.

    Attributes:
        run: the run's number.
        number: 1 for the first attempt of the run.
        host: the machine.
        processes: launcher and ranks, as far as they are known.
        outcome: how it ended, in one word; None while it goes on.
        reason: the same in a sentence.
        furthest: the highest step that the attempts before it had reached.
    """

    run: int
    number: int
    host: str
    processes: tuple[Process, ...]
    devices: Json
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    reason: str
    furthest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change in a run's life. ``id`` grows with time: it is the cursor of a live view."""

    id: int
    run: int
    at: datetime
    status: Status
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person wants to remember of a run."""

    id: int
    run: int
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentBeat:
    """The last sign of life of a host's agent.

    Attributes:
        host: the machine.
        pid, boot: which process of which boot of it.
        slots: CPU slots that it gives away.
        gpus: the GPUs that it gives away, as plain JSON.
        draining: it starts nothing more and leaves when its runs have ended.
        started_at, heartbeat_at: when it began, and when it last said so.
        vitals: how its machine fared then, as plain JSON; empty where nothing was said.
    """

    host: str
    pid: int
    boot: str
    slots: int
    gpus: tuple[Json, ...]
    draining: bool = False
    started_at: datetime
    heartbeat_at: datetime
    vitals: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Named numbers measured at one step."""

    step: int
    gradients: int
    seconds: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The history of one metric of one run, in order of steps."""

    run: int
    metric: str
    steps: tuple[int, ...]
    gradients: tuple[int, ...]
    seconds: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a stretch of a curve shows when it is drawn one column wide.

    Attributes:
        first, last: its steps.
        lowest, highest, newest: of its values; NaN where none is a number.
        gradients, seconds: at its last step, see ``Points``.
    """

    first: int
    last: int
    lowest: float
    highest: float
    newest: float
    gradients: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedCurve:
    """The history of a metric in a few columns, those without points left out."""

    run: int
    metric: str
    points: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageValue:
    """Scores of one image of an evaluation: PSNR in decibels, SSIM at most 1."""

    image: str
    psnr: float
    ssim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One test set under one degradation at one step of a run, with its per-image values.

    Attributes:
        run: the run's number.
        step: the step after which the test was made.
        suite: name of the list of degradations that the test went through.
        weights: which of the run's weights were tested, as in ``last``, ``average``.
        test_set, degradation: names of what was restored.
        standing: whether the run was trained on that degradation, in one word.
        images: in the order of the test set.
    """

    run: int
    step: int
    suite: str
    weights: str = "last"
    test_set: str
    degradation: str
    standing: str
    images: tuple[ImageValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a live run has come, as its worker reports it with each heartbeat."""

    step: int
    gradients: int
    seconds: float
    fraction: float
    seconds_left: float | None
    activity: str
