"""Every screen, empty, typical and crowded, in a small and in a large terminal, as it was kept."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest

from dilctl.dash.app import DashApp
from dilctl.dash.places import Go, Place, Subject
from dilctl.jobs import Jobs
from tests.dilctl.dash.screen import Viewer
from tests.dilctl.dash.snapshots.keeping import Album, is_keeping
from tests.dilctl.dash.snapshots.picture import picture, strips
from tests.dilctl.dash.snapshots.seeds import STATES, Seeds
from tests.dilctl.seeded import NOW

pytestmark = pytest.mark.slow

SIZES = ((80, 24), (160, 50))

# What is looked at, where that is not the screen's own choice.
SUBJECTS: Mapping[tuple[Place, str], Subject] = {
    (Place.RUN, "typical"): Subject(runs=(7,)),
    (Place.RUN, "crowded"): Subject(runs=(345,)),
    (Place.COMPARE, "typical"): Subject(runs=(1, 2, 9)),
    (Place.COMPARE, "crowded"): Subject(runs=(1, *range(345, 353))),
    (Place.GALLERY, "typical"): Subject(runs=(2, 4)),
    (Place.GALLERY, "crowded"): Subject(runs=(1, 2)),
}

# What must stand there whatever else does.
WORDS: Mapping[tuple[Place, str], tuple[str, ...]] = {
    (Place.RUNS, "empty"): ("There are no runs yet", "dilctl submit", "dilctl agent start"),
    (Place.RUNS, "typical"): ("▶ running", "denoise-small", "5 "),
    (Place.RUNS, "crowded"): ("400 runs", "$(rm -rf", "[bold red]not"),
    (Place.RUN, "empty"): ("dilctl demo",),
    (Place.RUN, "typical"): ("run 7 ▶ running", "psnr@crops", "seen"),
    (Place.RUN, "crowded"): ("run 345 ▶ running", "of 62"),
    (Place.BOARD, "empty"): ("No run has finished yet", "dilctl submit"),
    (Place.BOARD, "typical"): ("dil-sf", "erm", "seen", "unseen"),
    (Place.BOARD, "crowded"): ("group-dro", "swinir", "gain"),
    (Place.COMPARE, "empty"): ("nothing to compare yet",),
    (Place.COMPARE, "typical"): ("run 1 erm seed 1", "9 dil-ps"),
    (Place.COMPARE, "crowded"): ("run 1 erm seed 1", "345"),
    (Place.GALLERY, "empty"): ("dilctl submit",),
    (Place.GALLERY, "typical"): ("astronaut.png", "DILCTL_DATA"),
    (Place.GALLERY, "crowded"): ("astronaut.png", "DILCTL_DATA"),
    (Place.MACHINES, "empty"): ("dilctl agent start", "Nothing waits"),
    (Place.MACHINES, "typical"): ("tower", "drains", "waits for a GPU"),
    (Place.MACHINES, "crowded"): ("6 agents work", "14 wait"),
}
EVERY = [*product(Place, STATES, SIZES)]


def name_of(place: Place, state: str, size: tuple[int, int]) -> str:
    return f"{place}-{state}-{size[0]}x{size[1]}"


_REST = 0.12  # seconds: what follows the cursor waits for it to rest for 0.08


@pytest.fixture
def album() -> Album:
    return Album(keeps=is_keeping())


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return Seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture(autouse=True)
def _far_from_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing that this machine or its user say of themselves is seen."""
    monkeypatch.setenv("TZ", "UTC")
    for name in ("NO_COLOR", "DILCTL_DATA"):
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@asynccontextmanager
async def sitting(jobs: Jobs, size: tuple[int, int]) -> AsyncGenerator[Viewer]:
    """The dashboard, its clock standing still and nothing moving."""
    app = DashApp(jobs, clock=lambda: NOW)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        yield Viewer(app, pilot)
        await app.workers.wait_for_complete()


async def settled(viewer: Viewer) -> str:
    """The picture as soon as nothing more comes."""
    seen, before = strips(viewer.app), None
    while seen != before:
        await asyncio.sleep(_REST)
        await viewer.app.workers.wait_for_complete()
        await viewer.pilot.pause()
        seen, before = strips(viewer.app), seen
    return picture(viewer.app)


@pytest.mark.parametrize(("place", "state", "size"), EVERY, ids=[name_of(*each) for each in EVERY])
async def test_a_screen_says_what_matters_and_looks_as_it_was_kept(
    place: Place, state: str, size: tuple[int, int], album: Album, seeds: Seeds, tmp_path: Path
) -> None:
    with seeds.jobs(state, tmp_path / "home") as jobs:
        async with sitting(jobs, size) as viewer:
            if (place, state) != (Place.RUNS, state):
                viewer.app.screen.post_message(Go(place, SUBJECTS.get((place, state), Subject())))
            title = f"{place.key} {place.capitalize()}"
            await viewer.sees(title, *WORDS[place, state])
            seen = await settled(viewer)
    assert viewer.app.current_mode == place
    assert not (difference := album.difference(name_of(place, state, size), seen)), difference


def test_no_picture_is_kept_of_what_is_not_looked_at(album: Album) -> None:
    stray = album.names() - {name_of(*each) for each in EVERY}
    if album.keeps:
        for name in stray:
            album.drop(name)
    assert album.keeps or not stray, f"no screen makes these: {sorted(stray)}"
