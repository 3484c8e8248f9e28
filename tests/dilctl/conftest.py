from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dilctl.settings import Settings
from tests.dilctl.seeded import fill
from tests.dilctl.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home with ünïcode")


@pytest.fixture
def seeded(shell: Shell) -> Shell:
    """A home with the runs of ``tests.dilctl.seeded``."""
    fill(Settings(shell.home))
    return shell


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(3):
        picture = np.full((48, 64, 3), 40 * number, np.uint8)
        Image.fromarray(picture).save(folder / f"{number}.png")
    return folder
