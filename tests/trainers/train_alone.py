"""A training process for tests: python -m tests.trainers.train_alone SETTINGS.json FOLDER."""

import json
import os
import sys
from pathlib import Path

import torch

from trainers.files import Files
from trainers.loop import train
from trainers.recipe import parse_experiment


class Listener:
    """A reporter that writes what it hears to a file, once it must be safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.heard = []

    def resumed(self, position):
        self.heard.append(["resumed", position.step])

    def measured(self, position, values):
        self.heard.append(["measured", position.step, dict(values)])

    def evaluated(self, position, scores):
        self.heard.append(["evaluated", scores.degradation, [i.psnr for i in scores.images]])

    def secure(self):
        self.path.write_text(json.dumps(self.heard))

    def working(self, position, activity):
        pass


def main() -> None:
    torch.set_num_threads(1)
    settings, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    listener = Listener(folder / "heard.json")
    files = Files(
        packed=folder.parent / "packed",
        checkpoint=folder / "checkpoint",
        weights=folder / "weights.safetensors",
    )
    experiment = parse_experiment(settings)
    train(experiment, seed=1, files=files, reporter=listener, should_stop=lambda: False)
    if os.environ.get("RANK", "0") == "0":
        listener.secure()


if __name__ == "__main__":
    main()
