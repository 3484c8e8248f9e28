"""What can go wrong in training through no fault of the code.

TrainerError
├── ExperimentError      an experiment that cannot be run as written; carries every fault
├── DataError            a folder or an image that cannot be used
│   ├── AbsentError      folders that are not there
│   └── WeightsError     a file of weights that cannot be used
├── NoSpaceError         no room on the disk for what must be written
├── CheckpointError      a checkpoint that is missing, damaged or of another experiment
├── DivergedError        the loss is no longer a number
└── PeerLostError        another process of the run has gone
"""

from collections.abc import Sequence


class TrainerError(Exception):
    """Base of the errors that a user can cause and cure."""


class ExperimentError(TrainerError):
    """An experiment that cannot be run as written.

    Attributes:
        faults: one sentence a fault, each beginning with the place of the fault,
            as in ``confounders.0.sigma: must be at least 0``.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class DataError(TrainerError):
    """A folder or an image that cannot be used."""


class AbsentError(DataError):
    """Folders that are not there."""


class WeightsError(DataError):
    """A file of weights that cannot be used."""


class NoSpaceError(TrainerError):
    """There is no room on the disk for what must be written."""


class CheckpointError(TrainerError):
    """A checkpoint that is missing, damaged, or of another experiment."""


class DivergedError(TrainerError):
    """The loss is no longer a number."""


class PeerLostError(TrainerError):
    """Another process of the run has gone; it alone knows why."""
