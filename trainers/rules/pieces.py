"""A loss's gradient, summed over pieces of a batch that go through the network one by one.

What autograd keeps for a pass then grows with a piece, not with the batch.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from trainers.data.batch import Batch

LossOf = Callable[[Tensor, Batch], Tensor]
"""A loss from θ, shape (P,), and a piece, of which the sum over the pieces is meant: shape ()."""


def gradient(loss_of: LossOf, theta: Tensor, pieces: Sequence[Batch]) -> tuple[Tensor, Tensor]:
    """∇ℓ(θ) of shape (P,), and ℓ(θ)."""
    theta = theta.detach().requires_grad_()
    both = reduce(Tensor.add_, (_of_piece(loss_of, theta, piece) for piece in pieces))
    return both[:-1], both[-1]


def _of_piece(loss_of: LossOf, theta: Tensor, piece: Batch) -> Tensor:
    loss = loss_of(theta, piece)
    (slope,) = torch.autograd.grad(loss, theta)
    return torch.cat([slope, loss.detach().view(1)])


def differentiable_gradient(
    loss_of: LossOf, theta: Tensor, pieces: Sequence[Batch]
) -> tuple[Tensor, Tensor]:
    """The same, the gradient as a function of θ that can be differentiated once.

    One piece keeps its graph until then. Several keep none: each is passed once more, at the
    cost of one gradient evaluation of the batch.
    """
    if len(pieces) == 1:
        loss = loss_of(theta, pieces[0])
        (slope,) = torch.autograd.grad(loss, theta, create_graph=True)
        return slope, loss.detach()
    slope, loss = _Gradient.apply(theta, loss_of, pieces)  # pyright: ignore[reportGeneralTypeIssues]
    return slope, loss


class _Gradient(torch.autograd.Function):
    """The way back through ∇ℓ(θ) is the product with its Hessian, ∇²ℓ(θ) v, again a sum."""

    @staticmethod
    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, theta: Tensor, loss_of: LossOf, pieces: Sequence[Batch]
    ) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(theta)
        ctx.loss_of, ctx.pieces = loss_of, pieces
        with torch.enable_grad():
            slope, loss = gradient(loss_of, theta, pieces)
        ctx.mark_non_differentiable(loss)
        return slope, loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, vector: Tensor, _: Tensor) -> tuple[Tensor, None, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        (theta,) = ctx.saved_tensors
        theta = theta.detach().requires_grad_()
        products = (_product(ctx.loss_of, theta, piece, vector) for piece in ctx.pieces)
        return reduce(Tensor.add_, products), None, None


@torch.enable_grad()
def _product(loss_of: LossOf, theta: Tensor, piece: Batch, vector: Tensor) -> Tensor:
    """∇²ℓ(θ) v of a piece, shape (P,)."""
    (slope,) = torch.autograd.grad(loss_of(theta, piece), theta, create_graph=True)
    (product,) = torch.autograd.grad(slope, theta, grad_outputs=vector)
    return product
