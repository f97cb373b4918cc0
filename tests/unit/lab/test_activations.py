"""zoo.lab.activations against PyTorch: values, slopes, zones, chains of derivatives, softmax, collapsing layers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: F401  the expressions under test name it

from zoo.lab import activations


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
@pytest.mark.parametrize("parameter", [None, 0.0, 0.7])
def test_value_and_slope_are_those_of_pytorch(name: str, parameter: float | None) -> None:
    activation = activations.ACTIVATIONS[name]
    coefficient = activation.default if parameter is None else parameter
    x = torch.linspace(-40, 40, 801, dtype=torch.float64, requires_grad=True)
    expected = eval(activation.torch.format(parameter=coefficient))
    (slope,) = torch.autograd.grad(expected.sum(), x)

    value, derivative = activations.curve(name, x.detach(), parameter)

    np.testing.assert_allclose(value, expected.detach(), atol=1e-14, rtol=1e-12)
    np.testing.assert_allclose(derivative, slope, atol=1e-14, rtol=1e-12)


def test_slopes_at_the_kink_are_those_of_pytorch() -> None:
    assert activations.curve("relu", 0.0)[1] == 0
    assert activations.curve("leaky_relu", 0.0)[1] == 0.01


def test_unknown_activation_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'swish'; expected one of sigmoid, tanh"):
        activations.curve("swish", 0.0)


def test_relu_is_dead_left_of_zero_and_sigmoid_saturated_at_both_ends() -> None:
    assert activations.zones("relu", -6, 6) == [("dead", -6, 0)]
    left, right = activations.zones("sigmoid", -6, 6)
    assert left.kind == right.kind == "saturated"
    for edge, outside in ((left.end, -0.01), (right.start, 0.01)):
        assert activations.curve("sigmoid", edge)[1] < 0.05 < activations.curve("sigmoid", edge - outside)[1]


def test_a_zone_is_a_tail_and_not_the_lowest_point() -> None:
    assert abs(activations.curve("gelu", -0.7518)[1]) < 1e-4
    assert activations.zones("gelu", -1, 1) == []
    assert activations.zones("prelu", -6, 6) == []
    assert activations.zones("prelu", -6, 6, parameter=0) == [("dead", -6, 0)]
    assert activations.zones("sigmoid", -1, 1, threshold=0.3) == [("saturated", -1, 1)]


@pytest.mark.parametrize(("name", "largest"), [("sigmoid", 0.25), ("tanh", 1.0), ("relu", 1.0)])
def test_largest_derivative(name: str, largest: float) -> None:
    assert activations.largest_derivative(name) == largest


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_chain_multiplies_the_derivatives_that_autograd_finds(name: str) -> None:
    x = torch.tensor([-1.3, 0.2, 0.9], dtype=torch.float64, requires_grad=True)
    activation = activations.ACTIVATIONS[name]
    y = x
    for _ in range(6):
        y = activation.value(1.7 * y, activation.default)
    (slope,) = torch.autograd.grad(y.sum(), x)

    values, derivatives = activations.chain(name, x.detach(), depth=6, weight=1.7)

    assert values.shape == derivatives.shape == (7, 3)
    np.testing.assert_allclose(values[-1], y.detach())
    np.testing.assert_allclose(derivatives[-1], slope, rtol=1e-9)


def test_sigmoid_gradients_vanish_with_depth_and_relu_gradients_do_not() -> None:
    assert activations.chain("sigmoid", 0.5, depth=20).derivatives[-1] < 0.25**20
    assert activations.chain("relu", 0.5, depth=20).derivatives[-1] == 1


def test_an_exploding_chain_ends_in_infinity_without_a_warning() -> None:
    assert activations.chain("relu", 1.0, depth=50, weight=1e10).values[-1] == np.inf


def test_softmax_temperature_goes_from_the_maximum_to_uniform() -> None:
    logits = [3.0, 1.0, -3.0]
    cold, warm, hot = activations.softmax(logits, np.array([[1e-3], [1.0], [1e6]]))
    np.testing.assert_allclose(cold, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(warm, torch.softmax(torch.tensor(logits, dtype=torch.float64), 0))
    np.testing.assert_allclose(hot, 1 / 3, atol=1e-5)
    with pytest.raises(ValueError, match="temperature 0 is not positive"):
        activations.softmax(logits, 0)


def test_softmax_jacobian_is_that_of_autograd() -> None:
    logits = torch.tensor([3.0, 1.0, -3.0], dtype=torch.float64)
    expected = torch.autograd.functional.jacobian(lambda z: torch.softmax(z / 2, 0), logits)
    np.testing.assert_allclose(activations.softmax_jacobian(logits, temperature=2), expected, atol=1e-15)


def test_two_affine_layers_collapse_into_one_and_with_relu_do_not() -> None:
    layers = activations.random_layers(hidden=8)
    x = np.linspace(-3, 3, 50)[:, None]
    weight, bias = activations.collapse(*layers)
    np.testing.assert_allclose(activations.two_layers(x, *layers), x @ weight + bias)
    bends = np.diff(activations.two_layers(x, *layers, activation="relu"), n=2, axis=0)
    assert np.abs(bends).max() > 1e-2
