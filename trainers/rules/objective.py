"""The loss that every rule works on, ℓ(θ) = L1(f_θ(y), x), over weights held as one vector θ.

One vector makes the rules' equations one line each, an all-reduce one message, and an
optimiser's step a handful of kernels.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from trainers.data.batch import Batch
from trainers.distributed import Processes
from trainers.rules import pieces

Distance = Callable[[Tensor, Tensor], Tensor]
"""What a sample's error costs, by sample: restored and clean of one shape to that shape."""


def absolute(restored: Tensor, clean: Tensor) -> Tensor:
    """|f_θ(y) - x|, the paper's."""
    return (restored - clean).abs()


class Objective:
    """A network as a function of its weight vector θ, and the loss of a batch.

    Args:
        network: gives the architecture, buffers and mode; its own weights are never changed.
        processes: those over which losses and gradients are summed.
        autocast: type that convolutions are trained in, None for that of θ.
        distance: what errors cost; a batch's loss is its mean.
        micro_batch: images that a process takes through the network at once, None for all.
    """

    def __init__(
        self,
        network: nn.Module,
        processes: Processes,
        *,
        autocast: torch.dtype | None = None,
        distance: Distance = absolute,
        micro_batch: int | None = None,
    ) -> None:
        self._network = network
        self._processes = processes
        self._autocast = autocast
        self._distance = distance
        self._micro_batch = micro_batch
        named = dict(network.named_parameters())
        self._names = tuple(named)
        self._shapes = tuple(p.shape for p in named.values())
        self._sizes = [p.numel() for p in named.values()]

    def alone(self) -> "Objective":
        """The same objective for a process that works for itself."""
        alone = Processes(rank=0, size=1, device=self._processes.device)
        return Objective(
            self._network,
            alone,
            autocast=self._autocast,
            distance=self._distance,
            micro_batch=self._micro_batch,
        )

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
        # Copies, as a layer such as batch normalisation writes to its buffers in place.
        buffers = {name: buffer.clone() for name, buffer in self._network.named_buffers()}
        return functional_call(self._network, self.unflatten(theta) | buffers, (image,))

    def loss(self, theta: Tensor, batch: Batch) -> Tensor:
        """This process's share of the batch's mean loss; the shares sum to the whole."""
        return self._of_images(theta, batch).sum() / batch.total

    def gradient(self, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """∇ℓ(θ) of shape (P,), and ℓ(θ), of the whole batch: one gradient evaluation."""
        return self.summed(*pieces.gradient(self.loss, theta, self._pieces(batch)))

    def gradient_through(self, phi: Tensor, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """This process's share of ∇_θ ℓ(φ(θ)), shape (P,), and of ℓ(φ)."""
        slope, loss = pieces.gradient(self.loss, phi, self._pieces(batch))
        (gradient,) = torch.autograd.grad(phi, theta, grad_outputs=slope)
        return gradient, loss

    def differentiable_gradient(self, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """∇ℓ(θ) of the whole batch, shape (P,), and this process's share of ℓ(θ).

        The gradient is a function of θ that can be differentiated.
        """
        slope, loss = pieces.differentiable_gradient(self.loss, theta, self._pieces(batch))
        return self._processes.differentiable_sum(slope), loss

    def weighted_gradient(
        self, theta: Tensor, batch: Batch, weigh: Callable[[Tensor], Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Σ_i w_i ∇ℓ_i(θ) of shape (P,), and all ℓ_i(θ): one gradient evaluation.

        The weights must wait for all losses, so all pieces of a split batch but the last go
        forward twice: first for their losses, then for their gradients.

        Args:
            theta: weights, shape (P,).
            batch: a batch over several confounders.
            weigh: gives the weights w from the losses ℓ of the confounders, both of shape
                (confounders,); a confounder without images in the batch has loss 0.
        """
        theta = theta.detach().requires_grad_()
        *others, last = self._pieces(batch)
        kept = self._by_confounder(theta, last)
        losses = kept.detach().clone()
        with torch.no_grad():
            for piece in others:
                losses += self._by_confounder(theta, piece)
        weights = weigh(self._processes.sum(losses))
        (gradient,) = torch.autograd.grad(kept, theta, grad_outputs=weights)
        for piece in others:
            shares = self._by_confounder(theta, piece)
            gradient += torch.autograd.grad(shares, theta, grad_outputs=weights)[0]
        return self._processes.sum(gradient), losses

    def summed(self, gradient: Tensor, loss: Tensor) -> tuple[Tensor, Tensor]:
        """The sums over all processes of their shares of a gradient and a loss: one message."""
        both = self._processes.sum(torch.cat([gradient, loss.detach().view(1)]))
        return both[:-1], both[-1]

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes."""
        return self._processes.sum(tensor)

    def _pieces(self, batch: Batch) -> tuple[Batch, ...]:
        return batch.pieces(self._micro_batch)

    def _by_confounder(self, theta: Tensor, piece: Batch) -> Tensor:
        """What a piece adds to the loss of each confounder, shape (confounders,)."""
        of_images = self._of_images(theta, piece)
        sums = of_images.new_zeros(len(piece.counts)).index_add(0, piece.confounders, of_images)
        return sums / piece.counts.clamp(min=1)

    def _of_images(self, theta: Tensor, batch: Batch) -> Tensor:
        """The mean loss of each image, shape (n,)."""
        device = batch.degraded.device.type
        with torch.autocast(device, self._autocast, enabled=self._autocast is not None):
            restored = self.restore(theta, batch.degraded)
        return self._distance(restored.to(batch.clean.dtype), batch.clean).mean(dim=(1, 2, 3))
