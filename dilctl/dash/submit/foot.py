"""What stands below the lines of the form: what they mean, what is wrong, how far it is."""

from collections.abc import Sequence

from rich.text import Text

from dilctl.dash.submit.checking import Verdict
from dilctl.dash.submit.messages import Advanced
from dilctl.dash.words import progress
from dilctl.text import visible

CHECKING = Text("checking …", style="dim")
CHOOSE = Text("Name a recipe: ↓ chooses from the list, enter takes it.", style="dim")
_BAR = 30


def verdict_text(verdict: Verdict) -> Text:
    """What a draft means, or that it has faults."""
    if verdict.faults:
        return _faults_text(verdict)
    if verdict.request is None:
        return CHOOSE
    first, *others = verdict.sentences
    text = Text(f"{'✓' if verdict.fresh else '·'} {visible(first)}", style="bold green")
    for sentence in others:
        style = "yellow" if "already" in sentence or sentence.startswith("absent") else "default"
        text.append(f"\n  {visible(sentence)}", style=f"not bold {style}")
    if not verdict.fresh:
        text.append("\n  nothing is left to queue: tick `again` to repeat", "not bold yellow")
    if verdict.prospect is not None:
        found = verdict.prospect
        style = "yellow" if found.command else "default"
        text.append(f"\n  {visible(found.sentence)} {found.command}", f"not bold {style}")
    return text


def _faults_text(verdict: Verdict) -> Text:
    """How many there are at the lines, and those that belong to no line."""
    nowhere = verdict.faults.get("", ())
    faults = sum(map(len, verdict.faults.values())) - len(nowhere)
    text = Text(style="bold red")
    if faults:
        text.append(f"✗ {faults} fault{'s' if faults > 1 else ''}, shown above\n")
    return text.append_text(refusal_text(nowhere))


def decoding_text(message: Advanced) -> Text:
    """How far it is."""
    bar = progress(message.done / max(1, message.total), _BAR)
    text = Text("submitting: ", style="bold").append_text(bar)
    text.append(
        f"\n  decoding {visible(message.what)}: {message.done:,} of {message.total:,} images"
    )
    return text.append("\n  esc stops", "dim")


def refusal_text(sentences: Sequence[str]) -> Text:
    """Why nothing was queued."""
    return Text("\n".join(f"✗ {visible(sentence)}" for sentence in sentences), style="red")
