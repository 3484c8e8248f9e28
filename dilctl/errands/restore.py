"""The errand of restoring picture files."""

from pathlib import Path

import torch

from dilctl.errand import Json, Tell
from trainers.distributed import processes
from trainers.restoration import Progress, Tool, Work, restore_all
from trainers.tiling import tiling_for
from trainers.weights import load_network


def carry_out(request: Json, tell: Tell) -> Json:
    """Restore the pictures of a request; see ``dilctl.restoring``."""
    if request["threads"] is not None:
        torch.set_num_threads(request["threads"])
    loaded = load_network(Path(request["weights"]), part=request["part"])
    with processes(request["device"]) as group:
        tool = Tool(
            network=loaded.network.to(group.device),
            scale=loaded.settings.scale,
            device=group.device,
            tiling=tiling_for(loaded.settings, side=request["tile"]),
            quality=request["quality"],
            beside=request["beside"],
        )
        works = [
            Work(source=Path(source), target=Path(target)) for source, target in request["pairs"]
        ]
        return {"faults": list(restore_all(works, tool, lambda told: tell(_plain(told))))}


def _plain(progress: Progress) -> Json:
    return {"picture": progress.picture, "pixels": progress.pixels, "total": progress.total}
