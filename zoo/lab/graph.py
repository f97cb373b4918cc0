"""A net 2-2-1 as a graph of single operations: values forwards, then gradients backwards, one operation at a time."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from zoo.lab import activations

Numbers = dict[str, float]
WEIGHTS = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
"""Of the hidden units z_i = w_i1 x1 + w_i2 x2 + b_i, and of the output y = v1 h1 + v2 h2 + c."""
INPUTS = ("x1", "x2")
LOSSES = ("squared", "cross-entropy")


class Operation(NamedTuple):
    """One operation: a product of two numbers, a sum, an activation function or a loss."""

    name: str
    """Of the number that it makes."""
    kind: str
    """"product", "sum", "activation" or "loss"."""
    inputs: tuple[str, ...]


OPERATIONS = (
    Operation("p11", "product", ("w11", "x1")),
    Operation("p12", "product", ("w12", "x2")),
    Operation("z1", "sum", ("p11", "p12", "b1")),
    Operation("h1", "activation", ("z1",)),
    Operation("p21", "product", ("w21", "x1")),
    Operation("p22", "product", ("w22", "x2")),
    Operation("z2", "sum", ("p21", "p22", "b2")),
    Operation("h2", "activation", ("z2",)),
    Operation("q1", "product", ("v1", "h1")),
    Operation("q2", "product", ("v2", "h2")),
    Operation("y", "sum", ("q1", "q2", "c")),
    Operation("L", "loss", ("y",)),
)
"""In the order in which they are computed; backwards they come in the other."""


class Net(NamedTuple):
    """What the graph computes with, besides its numbers."""

    activation: str
    """A key of activations.ACTIVATIONS."""
    loss: str
    """One of LOSSES: (y - t)², or the cross entropy of the logit y with the label t."""
    target: float


class Backward(NamedTuple):
    """What happens at one operation on the way back."""

    operation: Operation
    arrived: float
    """The gradient of the loss with respect to what the operation made."""
    slopes: tuple[float, ...]
    """The derivative of what it made with respect to each of its inputs."""
    passed: tuple[float, ...]
    """What goes on to each input: arrived times slope."""
    gradients: Numbers
    """All gradients known now: what several operations pass to one number is added up."""


def forward(net: Net, numbers: Mapping[str, float]) -> Numbers:
    """Return the value of every operation, in their order. numbers: INPUTS and WEIGHTS, by name."""
    values = dict(numbers)
    for operation in OPERATIONS:
        values[operation.name] = _value(net, operation, [values[name] for name in operation.inputs])
    return {operation.name: values[operation.name] for operation in OPERATIONS}


def backward(net: Net, values: Mapping[str, float]) -> list[Backward]:
    """Return what happens at each operation, from the loss back. values: INPUTS, WEIGHTS and those of `forward`."""
    gradients: Numbers = {"L": 1.0}
    steps = []
    for operation in reversed(OPERATIONS):
        arrived = gradients[operation.name]
        slopes = _slopes(net, operation, [values[name] for name in operation.inputs])
        passed = tuple(_times(arrived, slope) for slope in slopes)
        for name, gradient in zip(operation.inputs, passed):
            gradients[name] = gradients.get(name, 0.0) + gradient
        steps.append(Backward(operation, arrived, slopes, passed, dict(gradients)))
    return steps


def updated(net: Net, numbers: Mapping[str, float], lr: float, times: int = 1) -> Numbers:
    """Return INPUTS and WEIGHTS after so many steps w <- w - lr dL/dw of gradient descent."""
    now = dict(numbers)
    for _ in range(times):
        gradients = backward(net, now | forward(net, now))[-1].gradients
        now |= {name: now[name] - _times(lr, gradients[name]) for name in WEIGHTS}
    return now


def _value(net: Net, operation: Operation, inputs: list[float]) -> float:
    if operation.kind == "product":
        return _times(*inputs)
    if operation.kind == "sum":
        return sum(inputs)
    if operation.kind == "activation":
        return float(activations.curve(net.activation, inputs[0])[0])
    (y,) = inputs
    if net.loss == "squared":
        return _times(y - net.target, y - net.target)
    return max(y, 0.0) - net.target * y + math.log1p(math.exp(-abs(y)))


def _slopes(net: Net, operation: Operation, inputs: list[float]) -> tuple[float, ...]:
    if operation.kind == "product":
        return inputs[1], inputs[0]
    if operation.kind == "sum":
        return (1.0,) * len(inputs)
    if operation.kind == "activation":
        return (float(activations.curve(net.activation, inputs[0])[1]),)
    (y,) = inputs
    return (2 * (y - net.target) if net.loss == "squared" else sigmoid(y) - net.target,)


def sigmoid(y: float) -> float:
    """Return 1 / (1 + e^-y) without overflow."""
    return 1 / (1 + math.exp(-y)) if y >= 0 else math.exp(y) / (1 + math.exp(y))


def _times(a: float, b: float) -> float:
    """Multiply as hardware does: beyond the largest float is infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.float64(a) * np.float64(b))
