"""Training: one step as the project makes it, beside the same step in plain PyTorch."""

from pathlib import Path

from tests.benchmarks.figures import Figure, Figures, compared

_TOPIC = "training"


def measure(folder: Path) -> Figures:
    """One ERM step, batches drawn and spoilt, against a plain step on a batch that lies ready."""
    import torch

    from tests.trainers.plain import ALONE, Draws, open_store
    from trainers.experiment import Erm, Rrdb
    from trainers.networks.build import build
    from trainers.rules.choose import outer_step
    from trainers.rules.objective import Objective

    torch.set_num_threads(1)
    draws = Draws(open_store(folder), patch=32, dtype=torch.float32)
    network = build(Rrdb(features=16, blocks=2, growth=9), seed=1)
    objective = Objective(network, ALONE)
    theta = objective.flatten()
    ours = torch.optim.Adam([theta])
    plain = torch.optim.Adam(network.parameters())
    ready = draws.at(0).mixed()

    def product() -> None:
        theta.grad = outer_step(Erm(), objective, theta, draws.at(1), None).gradient
        ours.step()

    def reference() -> None:
        plain.zero_grad()
        torch.nn.functional.l1_loss(network(ready.degraded), ready.clean).backward()
        plain.step()

    both = compared(product, reference, rounds=15)
    yield Figure(topic=_TOPIC, name="an ERM step, against a plain loop without data",
                 value=both.ratio, unit="x", note=str(both))  # fmt: skip
