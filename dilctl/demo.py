"""The demo: two rules compete on degradations that neither has seen, on bundled photographs."""

from dilctl.jobs import Jobs, Submission
from dilctl.request import Request

REQUEST = Request(recipe="demo", sweeps=("rule=erm,dil-sf",), seeds=(1, 2), name="demo")

NEXT_COMMANDS = (
    ("dilctl dash", "look at the curves of these runs"),
    ("dilctl board denoise --json", "take the numbers elsewhere"),
    (
        "dilctl submit denoise-small --set data.train=PHOTOS --sweep rule=erm,dil-sf --follow",
        "train on your own folder of photographs",
    ),
)


def queue(jobs: Jobs) -> Submission:
    """Queue the demo's runs, or find those of an earlier start: it goes on where it was."""
    return jobs.submit(REQUEST)


def numbers(submission: Submission) -> tuple[int, ...]:
    """Numbers of the demo's runs, whether they are new or were there."""
    return tuple(sorted(run.id for run in (*submission.queued, *submission.already)))
