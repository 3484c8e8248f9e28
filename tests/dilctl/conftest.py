from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.seeded import fill
from tests.dilctl.shell import Shell
from tests.dilctl.stage import progress


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home with ünïcode")


@pytest.fixture
def seeded(shell: Shell) -> Shell:
    """A home with the runs of ``tests.dilctl.seeded``; run 7 spoke a minute and a half ago."""
    settings = Settings(shell.home)
    fill(settings)
    spoken = datetime.now(UTC) - timedelta(seconds=90)
    with Registry.open(shell.home / "registry.db", now=lambda: spoken) as registry:
        registry.heartbeat(7, 1, progress(400))
    return shell


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(3):
        picture = np.full((48, 64, 3), 40 * number, np.uint8)
        Image.fromarray(picture).save(folder / f"{number}.png")
    return folder
