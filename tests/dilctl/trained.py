"""A run that is done, whose weights are there without any training."""

import socket
from pathlib import Path

from dilctl.settings import Settings
from storage.records import NewRun, Status
from storage.registry import Registry
from tests.storage.samples import finish
from trainers.checkpoint import export_weights
from trainers.networks.build import build
from trainers.recipe import parse_experiment


def trained(home: Path, *, test: str = "bundled") -> Path:
    """Enter run 1; its weights' file."""
    experiment = parse_experiment(
        {
            "task": "denoise",
            "confounders": [{"kind": "gaussian-noise", "sigma": sigma} for sigma in (10, 30)],
            "network": {"kind": "rrdb", "features": 4, "blocks": 1, "growth": 2},
            "data": {"test": [test]},
        }
    )
    settings = Settings(home)
    with Registry.open(settings.home / "registry.db") as registry:
        new = NewRun(
            name="tiny",
            experiment=experiment.model_dump(mode="json"),
            seed=1,
            signature=experiment.signature,
            task="denoise",
            rule="erm",
            network="rrdb",
        )
        number = registry.submit([new], who="test")[0].id
        registry.claim(number, socket.gethostname())
        registry.running(number, 1)
        finish(registry, number, Status.DONE)
    file = settings.run(number).weights
    file.parent.mkdir(parents=True)
    weights = build(experiment.network, seed=1).state_dict()
    export_weights(weights, file, experiment=experiment.model_dump_json())
    return file
