"""Why there is no leaderboard, and what makes one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def done_of(task: str, query: str = "") -> str:
    """The query that means the finished runs of a task, or those of them that a query means."""
    narrowed = f" and ({query})" if query.strip() else ""
    return f"status=done and task={task}{narrowed}"


def absence(jobs: "Jobs", task: str, query: str = "", *, suite: str | None = None) -> str:
    """Why there is no board of a task, in a sentence that names the cure.

    Args:
        jobs: the use cases.
        task: a task, or a recipe of it.
        query: only these runs.
        suite: only what they were tested on with this suite.
    """
    which = "that the query means " if query else ""
    done = sum(jobs.count(done_of(each, query)) for each in jobs.tasks_of(task))
    if not done:
        return f"no run of {task} {which}is done yet; see how they do with: dilctl runs"
    runs = f"1 run of {task} {which}is" if done == 1 else f"{done:,} runs of {task} {which}are"
    suites = sorted({board.suite for board in jobs.boards(task, query)} - {suite or ""})
    if not suites:
        return f"{runs} done, but not tested; test one with: dilctl eval RUN"
    other = suite or "this suite"
    return f"{runs} done, but not tested with {other}; there are boards of {', '.join(suites)}"
