"""Degraded images whose truth is not public: restored, and put into the files of a submission."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from trainers.data.images import write_png
from trainers.data.layouts import dnd
from trainers.data.pairs import find_pairs
from trainers.data.reading import read_unrounded
from trainers.data.sources import ImageFile
from trainers.evaluate import Bench
from trainers.metrics import to_8_bit
from trainers.retest import picture_name


def restore_blind(source: str, scale: int, bench: Bench, folder: Path) -> Iterator[str]:
    """Restore the degraded images of a folder of pairs.

    Of DND, the files that its server takes are written into ``submission``, a photograph at a time;
    of others a PNG for each image, into ``restored``.

    Args:
        source: the folder.
        scale: how many times larger restored images are.
        bench: what restores them.
        folder: where to.

    Yields:
        The name of each image that is done.

    Raises:
        DataError: an image cannot be read.
        OSError: a file cannot be written.
    """
    if dnd.is_dnd(Path(source)):
        for photograph, crops in dnd.crops(Path(source)).items():
            restored: list[NDArray[np.float32]] = []
            for crop in crops:
                restored.append(_restored(crop, bench))
                yield crop.name
            dnd.write_submission(folder / "submission", photograph, restored)
        return
    for pair in find_pairs(source, scale=scale):
        pixels = to_8_bit(torch.from_numpy(_restored(pair.degraded, bench))).numpy()
        path = folder / "restored" / picture_name(pair.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, pixels)
        yield pair.name


@torch.inference_mode()
def _restored(file: ImageFile, bench: Bench) -> NDArray[np.float32]:
    """A restored image, (H, W, 3), neither clipped nor rounded."""
    degraded = torch.from_numpy(read_unrounded(file)).permute(2, 0, 1)[None].to(torch.float32)
    answer = bench.restored(degraded)
    return answer[0].permute(1, 2, 0).cpu().numpy()
