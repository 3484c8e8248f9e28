"""From a rule's settings to its outer step."""

from typing import assert_never

from trainers.experiment import DilSf, Erm, Rule
from trainers.rules import dil_sf, erm
from trainers.rules.adam import AdamState
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, RuleState, Theta


def initial_state(rule: Rule, theta: Theta) -> RuleState:
    """The rule's memory before the first outer step."""
    match rule:
        case Erm():
            return None
        case DilSf():
            return AdamState.fresh(theta)
        case _:
            assert_never(rule)


def outer_step(
    rule: Rule, objective: Objective, theta: Theta, draw: Draw, state: RuleState
) -> OuterStep:
    """One outer step of the rule; see the rule's own file."""
    match rule:
        case Erm():
            return erm.outer_step(objective, theta, draw)
        case DilSf():
            assert state is not None
            return dil_sf.outer_step(objective, theta, draw, rule, state)
        case _:
            assert_never(rule)
