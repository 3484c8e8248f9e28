"""Many lines: broken to fit, found, let go of from the top."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from dilctl.dash.run.lines_view import LinesView

LONG = "損" * 30 + "x" * 50


class Lines(App[None]):
    """One view of lines."""

    def compose(self) -> ComposeResult:
        yield LinesView(follows=True)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]


def rows(*texts: str):
    return [((text, ""),) for text in texts]


@pytest.mark.slow
async def test_lines_are_broken_kept_few_and_found_again():
    app = Lines()
    async with app.run_test(size=(21, 6)) as pilot:
        view = app.query_one(LinesView)
        view.show(rows(LONG, "", *map(str, range(10))))
        await pilot.pause()
        assert app.lines()[-1].startswith("9")

        view.scroll_home(animate=False)
        await pilot.pause()
        shown = app.lines()
        assert max(map(cell_len, shown)) <= 21
        assert "".join(shown).replace(" ", "").count("損") == 30
        assert not view.follows

        view.extend(rows("Ünicode", "last"), most=4)
        await pilot.pause()
        assert len(view.rows) == 4
        assert [line[:7].rstrip() for line in app.lines()[:4]] == ["8", "9", "Ünicode", "last"]

        assert view.search("ÜNI") == 1
        assert view.find(1) == 0
        assert view.search("") == 0
        assert view.find(1) is None

        view.show(rows(LONG))
        view.toggle_wrap()
        await pilot.pause()
        assert app.lines()[0].startswith("損損")
        assert app.lines()[1].strip() == ""
