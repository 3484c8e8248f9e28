"""Whether what waits in the queue of this machine will start."""

from dataclasses import dataclass

from dilctl.jobs import Jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is to be expected.

    Attributes:
        sentence: whether anything starts.
        command: what to type so that it does; empty where nothing need be done.
    """

    sentence: str
    command: str = ""


def prospect(jobs: Jobs) -> Prospect:
    """Whether an agent works here, and takes up more."""
    agent = jobs.agent_state()
    start = "dilctl agent start"
    if not agent.running:
        return Prospect(
            sentence=f"no agent runs on {agent.host}, so nothing starts yet; start one with:",
            command=start,
        )
    if any(beat.draining for beat in jobs.registry.agents() if beat.host == agent.host):
        return Prospect(
            sentence=f"the agent on {agent.host} starts nothing more; once it has left:",
            command=start,
        )
    return Prospect(sentence=f"an agent works on {agent.host}")
