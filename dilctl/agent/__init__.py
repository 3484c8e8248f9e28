"""The agent of one machine: claims runs that fit, launches them, watches and settles them."""

from dilctl.agent.agent import Agent
from dilctl.agent.workplace import Machine, Pace

__all__ = ["Agent", "Machine", "Pace"]
