"""Section B of the notes: activation functions."""

import numpy as np

from zoo.lab import activations, losses
from zoo.notes.figure import Figure, verdict


def _gradient_is_p_minus_y() -> str:
    result = losses.cross_entropy([[3.0, 1.0, -3.0]], [1])
    return verdict("p - y", np.allclose(result.gradient, result.probabilities - [[0, 1, 0]], atol=1e-12))


def _layers_collapse() -> str:
    layers = activations.random_layers(hidden=8)
    x = np.linspace(-3, 3, 50)[:, None]
    weight, bias = activations.collapse(*layers)
    return verdict("one affine layer", np.allclose(activations.two_layers(x, *layers), x @ weight + bias))


def _derivative_from_value() -> str:
    x = np.linspace(-6, 6, 25)
    s, ds = activations.curve("sigmoid", x)
    t, dt = activations.curve("tanh", x)
    return verdict("σ(1 − σ), 1 − tanh²", np.allclose(ds, s * (1 - s)) and np.allclose(dt, 1 - t**2))


FIGURES = (
    Figure("softmax of (3, 1, -3)", "0.8789, 0.1189, 0.0022", lambda: activations.softmax([3, 1, -3])),
    Figure("sigmoid, range", "0, 1", lambda: activations.curve("sigmoid", [-30, 30])[0]),
    Figure("sigmoid, largest derivative", "0.25", lambda: activations.largest_derivative("sigmoid")),
    Figure("sigmoid, derivative at 0", "0.25", lambda: activations.curve("sigmoid", 0)[1]),
    Figure("tanh, largest derivative", "1", lambda: activations.largest_derivative("tanh")),
    Figure("ReLU, derivative at -1 and at 1", "0, 1", lambda: activations.curve("relu", [-1, 1])[1]),
    Figure("sigmoid' and tanh' from their values", "σ(1 − σ), 1 − tanh²", _derivative_from_value),
    Figure("softmax with cross entropy, gradient", "p - y", _gradient_is_p_minus_y),
    Figure("two affine layers without an activation", "one affine layer", _layers_collapse),
)
