"""What an experiment may say: every setting with its unit and range, declared once; no PyTorch."""

from trainers.experiment.base import MOST, Settings
from trainers.experiment.cost import draws_per_step, gradients_per_step, steps_of
from trainers.experiment.networks import Network, Rrdb, SwinIr
from trainers.experiment.rules import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    FirstOrder,
    Fish,
    GroupDro,
    Mldg,
    Rule,
    SecondOrder,
    VRex,
)
from trainers.experiment.training import (
    BUNDLED,
    Average,
    Budget,
    Data,
    Ema,
    Evaluate,
    Resources,
    Swa,
    Train,
)
from trainers.experiment.whole import Experiment

__all__ = [
    "BUNDLED",
    "MOST",
    "Average",
    "Budget",
    "Data",
    "DilPf",
    "DilPs",
    "DilSf",
    "DilSs",
    "Ema",
    "Erm",
    "Evaluate",
    "Experiment",
    "FirstOrder",
    "Fish",
    "GroupDro",
    "Mldg",
    "Network",
    "Resources",
    "Rrdb",
    "Rule",
    "SecondOrder",
    "Settings",
    "Swa",
    "SwinIr",
    "Train",
    "VRex",
    "draws_per_step",
    "gradients_per_step",
    "steps_of",
]
