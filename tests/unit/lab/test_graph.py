"""zoo.lab.graph: every value, gradient and update is autograd's, at random settings and at extreme ones."""

import random

import pytest
import torch
from torch.nn import functional as F

from zoo.lab import graph

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


def by_autograd(net: graph.Net, numbers: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the values and the gradients of every number of the graph."""
    n = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in numbers.items()}
    f = ACTIVATIONS[net.activation]
    n |= {"p11": n["w11"] * n["x1"], "p12": n["w12"] * n["x2"], "p21": n["w21"] * n["x1"], "p22": n["w22"] * n["x2"]}
    n |= {"z1": n["p11"] + n["p12"] + n["b1"], "z2": n["p21"] + n["p22"] + n["b2"]}
    n |= {"h1": f(n["z1"]), "h2": f(n["z2"])}
    n |= {"q1": n["v1"] * n["h1"], "q2": n["v2"] * n["h2"]}
    n["y"] = n["q1"] + n["q2"] + n["c"]
    target = torch.tensor(net.target, dtype=torch.float64)
    loss = F.mse_loss if net.loss == "squared" else F.binary_cross_entropy_with_logits
    n["L"] = loss(n["y"], target)
    gradients = torch.autograd.grad(n["L"], list(n.values()))
    return {k: v.item() for k, v in n.items()}, {k: g.item() for k, g in zip(n, gradients, strict=True)}


def settings() -> list[tuple[graph.Net, dict[str, float]]]:
    chance = random.Random(0)
    extremes = (0.0, 1e-8, -1e-8, 5.0, -5.0, 40.0, -40.0)
    cases = []
    for i in range(100):
        net = graph.Net(
            chance.choice(list(ACTIVATIONS)), graph.LOSSES[i % 2], chance.choice([0.0, 1.0, chance.random()])
        )
        names = (*graph.INPUTS, *graph.WEIGHTS)
        cases.append(
            (net, {n: chance.choice(extremes) if chance.random() < 0.3 else chance.gauss(0, 1) for n in names})
        )
    return cases


def test_values_and_gradients_are_those_of_autograd() -> None:
    for net, numbers in settings():
        values, gradients = by_autograd(net, numbers)
        forward = graph.forward(net, numbers)
        assert forward == pytest.approx({name: values[name] for name in forward}, rel=1e-12, abs=1e-15)
        last = graph.backward(net, numbers | forward)[-1].gradients
        # in the tails PyTorch's slopes are what is left of 1 minus a number near 1: they are the coarser ones
        assert last == pytest.approx({name: gradients[name] for name in last}, rel=3e-4, abs=1e-12)
        assert set(last) == set(gradients)


def test_each_operation_passes_on_what_arrives_times_its_slope() -> None:
    net, numbers = settings()[5]
    values = numbers | graph.forward(net, numbers)
    steps = graph.backward(net, values)
    assert [step.operation.name for step in steps] == [each.name for each in reversed(graph.OPERATIONS)]
    for before, step in zip([{"L": 1.0}, *(each.gradients for each in steps)], steps, strict=False):
        assert step.arrived == before[step.operation.name]
        for name, slope, passed in zip(step.operation.inputs, step.slopes, step.passed, strict=True):
            assert passed == step.arrived * slope
            assert step.gradients[name] == pytest.approx(before.get(name, 0.0) + passed)


def test_updates_are_those_of_torchs_sgd() -> None:
    for net, numbers in settings()[:20]:
        weights = {n: torch.tensor(numbers[n], dtype=torch.float64, requires_grad=True) for n in graph.WEIGHTS}
        optimizer = torch.optim.SGD(list(weights.values()), lr=0.1)
        for _ in range(2):
            _, gradients = by_autograd(net, numbers | {n: w.item() for n, w in weights.items()})
            for name, weight in weights.items():
                weight.grad = torch.tensor(gradients[name], dtype=torch.float64)
            optimizer.step()
        now = graph.updated(net, numbers, 0.1, 2)
        assert now == pytest.approx(numbers | {n: w.item() for n, w in weights.items()}, rel=1e-9, abs=1e-12)
