"""LeNet-5 in the order that a CPU is fast at: the same logits and gradients as the textbook's."""

import torch

from zoo import init, models, quick, train
from zoo.recipes import RECIPES


def lenet5() -> models.LeNet5:
    model = models.build("lenet5")
    init.initialize(model.named_parameters(), "pytorch", torch.Generator().manual_seed(3))
    assert isinstance(model, models.LeNet5)
    return model


def pictures(n: int) -> torch.Tensor:
    return torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(1))


def test_logits_and_gradients_are_those_of_the_model() -> None:
    model, x = lenet5(), pictures(9)
    weights = torch.randn(9, 10, generator=torch.Generator().manual_seed(2))
    gradients = []
    for forward in (model, quick.forward(model, torch.device("cpu"))):
        model.zero_grad()
        logits = forward(x)
        (logits * weights).sum().backward()
        gradients.append((logits.detach(), [p.grad for p in model.parameters()]))
    (logits, expected), (ours, got) = gradients
    assert not torch.equal(logits, torch.zeros_like(logits))
    torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)
    for a, b in zip(got, expected):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5 * b.abs().max().item() + 1e-7)


def test_inference_first_leaves_training_possible() -> None:
    quick._resizing.cache_clear()
    quick._pooling.cache_clear()
    model = lenet5()
    with torch.inference_mode():
        expected = quick.lenet5(model, pictures(2))
    logits = quick.lenet5(model, pictures(2))
    logits.sum().backward()
    assert torch.equal(logits.detach(), expected)


def test_gradients_are_those_of_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    x, kernel, bias = (
        torch.randn(size, dtype=torch.float64, generator=generator) for size in ((2, 1, 8, 8), (3, 1, 3, 3), (3,))
    )

    def pooled(kernel: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return quick._PooledConvolution.apply(x, quick._corners(kernel), bias.repeat(4))

    assert torch.autograd.gradcheck(pooled, (kernel.requires_grad_(), bias.requires_grad_()))
    assert torch.autograd.gradcheck(quick._Convolution.apply, (x.clone().requires_grad_(), kernel, bias))


def test_a_cpu_is_given_the_quick_order_and_other_models_are_left_alone() -> None:
    mlp = models.build("mlp-256")
    assert quick.forward(mlp, torch.device("cpu")) is mlp
    model = lenet5()
    assert quick.forward(model, torch.device("cuda")) is model
    run = train.start(RECIPES["lenet5-mnist-notes"])
    assert train.forward_of(run) is not run.model
