import os
from pathlib import Path

import pytest
from PIL import Image

from dilctl.settings import Settings
from tests.dilctl.dash.web.chromium import tab
from tests.dilctl.dash.web.served import served
from tests.dilctl.seeded import fill

pytestmark = pytest.mark.server


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Where what a person may want to look at is kept."""
    folder = Path(os.environ.get("DILCTL_ARTIFACTS", tmp_path / "artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_a_browser_shows_the_runs_and_takes_keys(tmp_path: Path, artifacts: Path):
    home = tmp_path / "home"
    fill(Settings(home))
    with served(home) as server:
        async with tab(tmp_path / "profile") as page:
            await page.open(server.address)
            await page.sees("1 Runs", "denoise-small dil-sf", "✓ done")
            assert await page.evaluate("document.title + location.pathname + location.search") == (
                "dilctl/"
            )
            # No click came first: the page gives the keyboard to the dashboard by itself.
            await page.press("3")
            await page.sees("dil-sf", "ERM", "σ")
            await page.screenshot(artifacts / "dash-web.png")
            await page.press("q")
            await page.until(lambda _: not server.pages())
            ended = "getComputedStyle(document.querySelector('.ended')).display"
            assert await page.evaluate(ended) != "none"
            outside = [url for url in page.requested if not url.startswith((server.root, "data:"))]
            assert outside == []
            fonts = await page.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
            assert fonts
    with Image.open(artifacts / "dash-web.png") as picture:
        assert picture.width == 1280
        colours = picture.convert("RGB").getcolors(2**24)
        assert colours is not None
        assert len(colours) > 50  # letters, with their soft edges
