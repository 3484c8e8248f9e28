"""The loss that every rule works on, ℓ(θ) = L1(f_θ(y), x), over weights held as one vector θ.

One vector makes the rules' equations one line each, an all-reduce one message, and an
optimiser's step a handful of kernels.
"""

import torch
from torch import Tensor, nn
from torch.func import functional_call

from trainers.data.batches import Batch
from trainers.distributed import Processes


class Objective:
    """A network as a function of its weight vector θ, and the loss of a batch.

    Args:
        network: gives the architecture, buffers and mode; its own weights are never changed.
        processes: those over which losses and gradients are summed.
        autocast: type that convolutions are trained in, None for that of θ.
    """

    def __init__(
        self, network: nn.Module, processes: Processes, *, autocast: torch.dtype | None = None
    ) -> None:
        self._network = network
        self._processes = processes
        self._autocast = autocast
        named = dict(network.named_parameters())
        self._names = tuple(named)
        self._shapes = tuple(p.shape for p in named.values())
        self._sizes = [p.numel() for p in named.values()]

    def flatten(self) -> Tensor:
        """The network's own weights as one vector θ, shape (P,)."""
        return nn.utils.parameters_to_vector(self._network.parameters()).detach().clone()

    def unflatten(self, theta: Tensor) -> dict[str, Tensor]:
        """The weights of θ by name, as views of it."""
        parts = theta.split(self._sizes)
        shaped = (part.view(shape) for part, shape in zip(parts, self._shapes, strict=True))
        return dict(zip(self._names, shaped, strict=True))

    def restore(self, theta: Tensor, degraded: Tensor) -> Tensor:
        """f_θ(y), in the type of θ: (N, 3, H, W) to the same shape."""
        # Channels last in memory: a quarter faster on CPUs, and what tensor cores want.
        image = degraded.contiguous(memory_format=torch.channels_last)
        return functional_call(self._network, self.unflatten(theta), (image,))

    def loss(self, theta: Tensor, batch: Batch) -> Tensor:
        """This process's share of the batch's mean L1 loss; the shares sum to the whole."""
        device = batch.degraded.device.type
        with torch.autocast(device, self._autocast, enabled=self._autocast is not None):
            restored = self.restore(theta, batch.degraded)
        each = (restored.to(batch.clean.dtype) - batch.clean).abs().mean(dim=(1, 2, 3))
        return each.sum() / batch.total

    def gradient(self, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """∇ℓ(θ) of shape (P,), and ℓ(θ), of the whole batch: one gradient evaluation."""
        theta = theta.detach().requires_grad_()
        loss = self.loss(theta, batch)
        (gradient,) = torch.autograd.grad(loss, theta)
        summed = self._processes.sum(torch.cat([gradient, loss.detach().view(1)]))
        return summed[:-1], summed[-1]
