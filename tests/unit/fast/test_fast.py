"""The networks as a CPU is fast at them: the same logits and gradients as the textbook's."""

import pytest
import torch
from networks import answers, network, pictures

from zoo import architectures, train
from zoo.fast import networks
from zoo.recipes import RECIPES


@pytest.mark.parametrize("onednn", [True, False], ids=["oneDNN", "without"])
@pytest.mark.parametrize("architecture", architectures.ARCHITECTURES)
def test_logits_and_gradients_are_those_of_the_model(
    architecture: str, onednn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not onednn:
        monkeypatch.setattr(networks, "_has_onednn", lambda: False)
    model = network(architecture)
    forward = networks.forward(model, torch.device("cpu"))
    (logits, expected), (ours, got) = (answers(model, each, 9) for each in (model, forward))
    assert forward is not model
    torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)
    for a, b in zip(got, expected):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5 * b.abs().max().item() + 1e-7)


def test_inference_first_leaves_training_possible() -> None:
    networks.resizing.cache_clear()
    networks._pooling.cache_clear()
    model = network("lenet5")
    with torch.inference_mode():
        expected = networks.lenet5(model, pictures(2))
    logits = networks.lenet5(model, pictures(2))
    logits.sum().backward()
    assert torch.equal(logits.detach(), expected)


def test_gradients_are_those_of_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    x, kernel, bias = (
        torch.randn(size, dtype=torch.float64, generator=generator) for size in ((2, 1, 8, 8), (3, 1, 3, 3), (3,))
    )

    def pooled(kernel: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return networks._PooledConvolution.apply(x, networks._corners(kernel), bias.repeat(4))

    assert torch.autograd.gradcheck(pooled, (kernel.requires_grad_(), bias.requires_grad_()))
    assert torch.autograd.gradcheck(networks._Convolution.apply, (x.clone().requires_grad_(), kernel, bias))


def test_a_cpu_is_given_the_quick_way_and_other_devices_and_models_are_left_alone() -> None:
    model = network("lenet5")
    assert networks.forward(model, torch.device("cuda")) is model
    teacher = architectures.build("residual")
    assert networks.forward(teacher, torch.device("cpu")) is teacher
    run = train.start(RECIPES["lenet5-mnist-notes"])
    assert train.forward_of(run) is not run.model


def test_weights_in_another_memory_layout_give_the_same_logits() -> None:
    model = network("lenet5").eval()
    expected = networks.lenet5(model, pictures(3))
    torch.testing.assert_close(networks.lenet5(model.to(memory_format=torch.channels_last), pictures(3)), expected)


def test_a_product_is_in_float32() -> None:
    a, b = torch.randn(2, 64, 1000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    error = (networks.product(a.float(), b.float()) - a @ b.T).abs().max().item()
    assert 0 < error < 2e-4  # bfloat16 would be off by 0.1
