"""What the list of runs says above its table, and in its place; pure functions."""

from collections import Counter

from rich.text import Text

from dilctl.dash.reading import Order, RunsPage
from dilctl.dash.words import STYLES
from dilctl.jobs import AgentState
from dilctl.text import visible
from dilctl.words import SIGNS

EMPTY = Text.assemble(
    ("There are no runs yet.\n\n", "bold"),
    "Watch two rules compete on photographs that ship with dilctl, in minutes:\n",
    ("  dilctl demo\n\n", "bold green"),
    "or queue runs of your own, here both rules with two seeds each, and start an agent:\n",
    ("  dilctl submit denoise-small --sweep rule=erm,dil-sf --seeds 1,2\n", "bold green"),
    ("  dilctl agent start\n\n", "bold green"),
    ("They appear here as soon as they are queued.", "dim"),
)


def empty(page: RunsPage) -> Text:
    """What stands in the place of a table without rows."""
    if not page.total:
        return EMPTY
    return Text.assemble(
        ("No run meets this query just now:\n\n", "bold"),
        (f"  {visible(page.wish.query)}\n\n", "cyan"),
        "Those that come to meet it appear here by themselves.\n",
        ("/ changes the query; an empty one shows all runs again.", "dim"),
    )


def advice(agent: AgentState) -> str:
    """What a person may want to do; empty when there is nothing."""
    if agent.running:
        return ""
    return f"No agent works on {visible(agent.host)}. To start one: dilctl agent start"


def head(page: RunsPage) -> Text:
    """One line: what is shown of how much, in which order, and who works it off."""
    line = Text("dilctl  ", style="bold")
    if page.wish.query:
        line.append(f"{page.meant:,} of {page.total:,} runs  ", style="not bold")
    if page.wish.order is not Order.NEWEST:
        line.append(f"by {page.wish.order} PSNR  ", style="not bold")
    if len(page.runs) < page.meant:
        line.append(f"the first {len(page.runs)} shown  ", style="not bold dim")
    if page.wish.query:  # behind what is short, as it may take the rest of the line
        line.append(f"{visible(page.wish.query)}  ", style="not bold cyan")
    line.append_text(_statuses(page))
    if page.agent.running:
        line.append(f"agent on {visible(page.agent.host)}", style="not bold dim")
    return line


def _statuses(page: RunsPage) -> Text:
    """How many runs of each status; under a filter, of those that are shown."""
    counts = Counter(run.status for run in page.runs) if page.wish.query else page.counts
    text = Text()
    for status, style in STYLES.items():
        if number := counts.get(status):
            said = f"{SIGNS[status]} {number:,} {status.value}  "
            text.append(said, style=style or "not bold")
    return text
