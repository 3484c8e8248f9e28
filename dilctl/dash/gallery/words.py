"""What the gallery says: its head line, and what to do where nothing can be shown."""

from collections.abc import Iterable
from datetime import timedelta

from rich.text import Text

from dilctl.dash.gallery.painting import Painting
from dilctl.dash.gallery.stand import Stand
from dilctl.gallery.exhibit import Exhibit, Test
from dilctl.text import one_line, visible
from dilctl.words import duration, short_degradation


def head_of(
    stand: Stand, test: Test, place: int, images: int, painting: Painting | None, work: str
) -> Text:
    """Image, place, test, order, scale, and what is being done."""
    text = Text(visible(stand.image), style="bold")
    degradation = visible(short_degradation(test.degradation))
    text.append(f" {place + 1} of {images}", style="not bold")
    text.append(f" · {visible(test.test_set)} {degradation}", style="not bold")
    text.append(f" · {stand.order}", style="not bold dim")
    if painting is not None and (scale := scale_of(painting)):
        text.append(f" · {scale}", style="not bold")
    if work:
        text.append(f" · {work}", style="not bold yellow")
    return text


def scale_of(painting: Painting) -> str:
    """How large the image is drawn, and what the colours of errors mean."""
    if painting.seen is None:
        return ""
    scale = painting.seen.scale
    size = f"{scale:.0f}:1" if scale >= 1 else f"1:{1 / scale:.2g}"
    if painting.scale is None:
        return size
    return f"{size} · errors, dark 0 to bright {painting.scale} of 255"


def work_of(run: int | None, share: float, since: timedelta) -> str:
    """What the child is doing."""
    spent = duration(since.total_seconds())
    if run is None:
        return f"starting {spent}"
    return f"run {run} restores {share:.0%} {spent}"


def nothing_of(exhibit: Exhibit) -> str:
    """Why nothing hangs, and what to do; empty where something does."""
    if not exhibit.columns:
        if exhibit.gone:
            return f"There is no run {', '.join(map(str, exhibit.gone))} any more."
        return (
            "Pictures of what networks restore hang here, once a run is done.\n\n"
            "Begin with: dilctl submit denoise-small --follow"
        )
    if exhibit.tests:
        return ""
    untested = [str(column.run.id) for column in exhibit.columns if not column.scores]
    if untested:
        commands = "\n".join(f"  dilctl eval {run}" for run in untested)
        noun = "Run" if len(untested) == 1 else "Runs"
        verb = "was" if len(untested) == 1 else "were"
        return f"{noun} {', '.join(untested)} {verb} not tested. Test with:\n\n{commands}"
    return _nothing_shared(exhibit)


def _nothing_shared(exhibit: Exhibit) -> str:
    lines = [
        f"  {column.run.id} {visible(column.run.rule)}: {_tested_on(column.scores)}"
        for column in exhibit.columns
    ]
    numbers = [str(column.run.id) for column in exhibit.columns]
    commands = "\n".join(
        f"  dilctl eval {run} --suite noise-levels --images DIR" for run in numbers
    )
    return (
        "These runs were not tested on the same images:\n\n"
        + "\n".join(lines)
        + "\n\nTest them on what they can share, for example:\n\n"
        + commands
    )


def _tested_on(tests: Iterable[Test]) -> str:
    pairs = dict.fromkeys(f"{test.test_set} ({test.suite})" for test in tests)
    return one_line(", ".join(pairs))
