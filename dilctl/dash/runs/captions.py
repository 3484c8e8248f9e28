"""What the list of runs says above its rows, and in their place; pure functions."""

from rich.text import Text

from dilctl.dash.runs.columns import KNOWN
from dilctl.dash.runs.reading import RunsPage
from dilctl.dash.words import STYLES
from dilctl.jobs import AgentState
from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import ENDED

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
    """What stands in the place of a list without rows."""
    if not page.news.total:
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
    return f"No agent works on {visible(agent.host)}. A starts one; so does: dilctl agent start"


def head(page: RunsPage, marked: int) -> Text:
    """One line: what is shown of how much, in which order, and who works it off."""
    line = Text(_how_many(page), style="bold")
    if marked:
        line.append(f"  ● {marked:,} marked", style="yellow")
    if page.wish.query:  # behind what is short, as it may take the rest of the line
        line.append(f"  {visible(page.wish.query)}", style="not bold cyan")
    line.append_text(_statuses(page))
    if page.news.agent.running:
        line.append(f"  agent on {visible(page.news.agent.host)}", style="not bold dim")
    return line


def _how_many(page: RunsPage) -> str:
    meant, total = len(page.order.statuses), page.news.total
    of = f"{meant:,} of {total:,}" if page.wish.query else f"{meant:,}"
    runs = "run" if total == 1 else "runs"
    return f"{of} {runs}{_order(page)}{_grouping(page)}"


def _order(page: RunsPage) -> str:
    wish = page.wish
    if not wish.sort:
        is_split = len({None if s in ENDED else s for s in page.order.counts}) > 1
        return ", live first" if is_split else ""
    field = wish.sort.removeprefix("-")
    standing = field.removeprefix("psnr@crops:")
    by = f"{standing} PSNR" if standing in ("seen", "unseen") else visible(field)
    falls = wish.sort.startswith("-")
    if falls == _falls_at_first(field):
        return f", by {by}"
    return f", by {by}, {'highest' if falls else 'lowest'} first"


def _falls_at_first(field: str) -> bool:
    return next(
        (c.falls for c in KNOWN.values() if c.sort == field), not field.startswith("config.")
    )


def _grouping(page: RunsPage) -> str:
    if not page.wish.by:
        return ""
    number = len(page.order.groups)
    return f", {number:,} {'group' if number == 1 else 'groups'} by {visible(page.wish.by)}"


def _statuses(page: RunsPage) -> Text:
    """How many of the runs that are meant are in which state."""
    text = Text()
    for status, style in STYLES.items():
        if number := page.order.counts.get(status):
            said = f"  {SIGNS[status]} {number:,} {status.value}"
            text.append(said, style=f"not bold {style}".strip())
    return text
