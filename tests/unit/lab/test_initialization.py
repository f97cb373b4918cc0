"""zoo.lab.initialization against autograd and torch.nn, and what each scheme is known for."""

import numpy as np
import pytest
import torch
from torch import nn

from zoo.lab import initialization
from zoo.lab.initialization import SCHEMES


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_signals_are_those_of_a_torch_net_and_its_autograd(activation: str) -> None:
    signals = initialization.signals("he-normal", activation, depth=3, width=8, rows=5, seed=1)
    generator = torch.Generator().manual_seed(1)
    x = h = torch.randn(5, 8, generator=generator, requires_grad=True)
    for _ in range(3):
        weight = nn.init.kaiming_normal_(torch.empty(8, 8), generator=generator)
        h = getattr(nn.functional, activation)(h @ weight.T)
    h.backward(torch.randn(5, 8, generator=generator))
    np.testing.assert_allclose(signals.values[-1], h.detach(), atol=1e-6)
    np.testing.assert_allclose(signals.gradients[0], x.grad, atol=1e-5)
    assert signals.values.shape == signals.gradients.shape == (4, 5, 8)


def test_spreads_and_saturation_are_per_layer() -> None:
    signals = initialization.signals("normal", "tanh", scale=1.0, depth=4, width=100)
    np.testing.assert_allclose(signals.spread(), [v.std() for v in signals.values], rtol=1e-4)
    np.testing.assert_allclose(signals.gradient_spread(), [g.std() for g in signals.gradients], rtol=1e-4)
    assert signals.saturated()[-1] == np.mean(np.abs(signals.values[-1]) > 0.95)


@pytest.mark.parametrize("scheme", ["xavier-uniform", "xavier-normal", "he-uniform", "he-normal"])
def test_schemes_have_the_spread_of_their_papers(scheme: str) -> None:
    weight = initialization.fill(torch.empty(300, 200), scheme, torch.Generator().manual_seed(0))
    variance = 2 / 500 if scheme.startswith("xavier") else 2 / 200
    assert weight.std().item() == pytest.approx(variance**0.5, rel=0.02)
    if scheme.endswith("uniform"):
        assert weight.abs().max().item() == pytest.approx((3 * variance) ** 0.5, rel=0.01)


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(ValueError, match="'kaiming'; expected one of zeros, constant"):
        initialization.signals("kaiming", "relu")


def test_histogram_counts_everything_finite_once() -> None:
    shares, edges = initialization.histogram([-5.0, -0.5, 0.5, 0.6, 9.0, np.nan, np.inf], -1, 1, bins=4)
    np.testing.assert_allclose(edges, [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(shares, [0.2, 0.2, 0, 0.6])


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_side_by_side_training_is_that_of_torch_nets_one_by_one(activation: str) -> None:
    schemes = ["normal", "he-uniform"]
    training = initialization.train(schemes, activation, depth=2, width=6, steps=20, scale=0.5, seed=3)
    points, classes = initialization.moons(seed=3)
    x, y = torch.tensor(points, dtype=torch.float32), torch.tensor(classes, dtype=torch.float32)
    for row, scheme in enumerate(schemes):
        layers = [nn.Linear(2, 6), nn.Linear(6, 6), nn.Linear(6, 1)]
        generator = torch.Generator().manual_seed(3)
        for layer in layers:
            initialization.fill(layer.weight.data, scheme, generator, scale=0.5)
            layer.bias.data.zero_()
        act = {"tanh": nn.Tanh, "relu": nn.ReLU}[activation]
        net = nn.Sequential(layers[0], act(), layers[1], act(), layers[2], nn.Flatten(0))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.3)
        for step in range(21):
            loss = nn.functional.binary_cross_entropy_with_logits(net(x), y)
            assert training.losses[row, step] == pytest.approx(loss.item(), abs=1e-5)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def test_zeros_and_constants_never_break_the_symmetry_and_random_weights_do() -> None:
    training = initialization.train(["zeros", "constant", "normal"], "tanh", scale=0.5)
    zeros, constant, normal = training.unit_spread
    assert zeros.max() < 1e-6
    assert constant.max() < 1e-6
    assert normal.min() > 0.01
    assert training.losses[0, -1] == pytest.approx(np.log(2), abs=1e-3)
    assert training.losses[2, -1] < 0.5 * training.losses[1, -1]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_gives_finite_signals(scheme: str) -> None:
    assert np.isfinite(initialization.signals(scheme, "relu", depth=2, width=20).values).all()
