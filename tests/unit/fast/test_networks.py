"""The networks as a CPU is fast at them: the same logits and gradients as the textbook's."""

import pytest
import torch
from torch import nn

from tests.unit.fast.networks import answers, network, pictures
from zoo import architectures, models, train
from zoo.fast import functions, networks
from zoo.recipes import RECIPES

CPU = torch.device("cpu")


@pytest.mark.parametrize("onednn", [True, False], ids=["oneDNN", "without"])
@pytest.mark.parametrize("architecture", architectures.ARCHITECTURES)
def test_logits_and_gradients_are_those_of_the_model(
    architecture: str, onednn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not onednn:
        monkeypatch.setattr(functions, "has_onednn", lambda: False)
    model = network(architecture)
    forward = networks.forward(model, CPU)
    (logits, expected), (ours, got) = (answers(model, each, 9) for each in (model, forward))
    assert (forward is not model) == networks.serves(model, CPU)
    torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)
    for a, b in zip(got, expected):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5 * b.abs().max().item() + 1e-7)


def test_inference_first_leaves_training_possible() -> None:
    functions.resizing.cache_clear()
    functions.pooling.cache_clear()
    forward = networks.forward(network("lenet5"), CPU)
    with torch.inference_mode():
        expected = forward(pictures(2))
    logits = forward(pictures(2))
    logits.sum().backward()
    assert torch.equal(logits.detach(), expected)


def test_gradients_are_those_of_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    x, kernel, bias = (
        torch.randn(size, dtype=torch.float64, generator=generator) for size in ((2, 1, 8, 8), (3, 1, 3, 3), (3,))
    )

    def pooled(kernel: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return functions.PooledConvolution.apply(x, functions.corners(kernel), bias.repeat(4))

    assert torch.autograd.gradcheck(pooled, (kernel.requires_grad_(), bias.requires_grad_()))
    assert torch.autograd.gradcheck(functions.Convolution.apply, (x.clone().requires_grad_(), kernel, bias))


def test_a_cpu_is_given_the_quick_way_and_other_devices_and_models_are_left_alone() -> None:
    model = network("lenet5")
    assert networks.forward(model, torch.device("cuda")) is model
    teacher = architectures.build("residual")
    assert networks.forward(teacher, CPU) is teacher
    run = train.start(RECIPES["lenet5-mnist-notes"])
    assert train.forward_of(run) is not run.model


def test_weights_in_another_memory_layout_give_the_same_logits() -> None:
    model = network("lenet5").eval()
    expected = networks.forward(model, CPU)(pictures(3))
    forward = networks.forward(model.to(memory_format=torch.channels_last), CPU)
    torch.testing.assert_close(forward(pictures(3)), expected)


def test_a_product_is_in_float32() -> None:
    a, b = torch.randn(2, 64, 1000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    error = (functions.product(a.float(), b.float()) - a @ b.T).abs().max().item()
    assert 0 < error < 2e-4  # bfloat16 would be off by 0.1


@pytest.mark.parametrize("answer", [None, torch.zeros(1, 2)], ids=["other arguments", "another result"])
def test_an_operation_that_changed_is_not_used(answer: torch.Tensor | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation is not public: in another version of PyTorch it may take other arguments or mean something else."""

    class Operations:
        def _linear_pointwise(self, *arguments: object) -> torch.Tensor:
            if answer is None:
                raise RuntimeError("expected at most 5 arguments")
            return answer

    functions.has_onednn.cache_clear()
    monkeypatch.setattr(torch.ops, "mkldnn", Operations())
    a, b = torch.ones(2, 3), torch.ones(4, 3)
    try:
        assert not functions.has_onednn()
        assert torch.equal(functions.product(a, b), a @ b.T)
    finally:
        functions.has_onednn.cache_clear()


class Tanh(models.Network):
    """A network that zoo.fast has never heard of: layers known there among layers that are not."""

    def __init__(self) -> None:
        super().__init__()
        self.resize = nn.Upsample((30, 24), mode="bilinear", align_corners=False)
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 2)
        self.maximum, self.mean, self.tanh, self.relu = nn.MaxPool2d(2), nn.AvgPool2d(2), nn.Tanh(), nn.ReLU()
        self.flatten, self.linear = nn.Flatten(), nn.Linear(8 * 2 * 1, 10)

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        return {
            "first": (self.resize, self.conv1, self.tanh, self.maximum),
            "second": (self.conv2, self.relu, self.mean, self.conv3, self.mean),
            "last": (self.flatten, self.linear),
        }


def test_a_new_network_is_served_by_its_stages() -> None:
    model = Tanh()
    forward = networks.forward(model, CPU)
    assert (forward is not model) == networks.serves(model, CPU)
    (logits, expected), (ours, got) = (answers(model, each, 5) for each in (model, forward))
    torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)
    for a, b in zip(got, expected):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-6)


def test_the_gradient_by_the_picture_is_there_for_who_asks() -> None:
    model, x = network("lenet5"), pictures(2).requires_grad_()
    (ours,) = torch.autograd.grad(networks.forward(model, CPU)(x).sum(), x)
    (expected,) = torch.autograd.grad(model(x).sum(), x)
    torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-6)


def test_other_convolutions_are_left_to_pytorch() -> None:
    model = Tanh()
    model.conv2 = nn.Conv2d(4, 8, 3, padding=1)
    assert networks.forward(model, CPU) is model
