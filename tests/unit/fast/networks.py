"""What tests of a network's other ways of computing share: the network, pictures for it, its logits and gradients."""

from collections.abc import Callable

import torch
from torch import Tensor

from zoo import architectures, init, models


def network(architecture: str) -> torch.nn.Module:
    """Return an initialised model in training mode, always the same."""
    model = architectures.build(architecture)
    init.initialize(model.named_parameters(), "pytorch", torch.Generator().manual_seed(3))
    return model.train()


def pictures(n: int) -> Tensor:
    """Return images float32 (n, 1, 28, 28), always the same."""
    return torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(1))


def answers(model: torch.nn.Module, forward: Callable[[Tensor], Tensor], n: int) -> tuple[Tensor, list[Tensor]]:
    """Return the logits for n pictures and the gradients of a weighted sum of them, dropout drawing the same every time."""
    for module in model.modules():
        if isinstance(module, models.Dropout):
            module.generator = torch.Generator().manual_seed(4)
    weights = torch.randn(n, 10, generator=torch.Generator().manual_seed(2))
    model.zero_grad()
    logits = forward(pictures(n))
    (logits * weights).sum().backward()
    return logits.detach(), [p.grad for p in model.parameters()]
