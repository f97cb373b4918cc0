"""zoo.lab's objectives, rules, races and minibatch descents against PyTorch and closed forms."""

import math

import numpy as np
import pytest
import torch

from zoo.lab import minibatch, optimizers
from zoo.lab.objectives import OBJECTIVES, contour_levels, find, line, surface
from zoo.lab.rules import RULES


@pytest.mark.parametrize("name", OBJECTIVES)
def test_value_and_gradient_are_those_of_the_pytorch_expression(name: str) -> None:
    objective = OBJECTIVES[name]
    low, high = np.array(objective.box).T
    points = np.random.default_rng(0).uniform(low, high, size=(50, objective.dims))
    for point, value, gradient in zip(points, objective.value(points), objective.gradient(points), strict=True):
        x = torch.tensor(point, requires_grad=True)
        expected = eval(objective.torch, {"x": x, "torch": torch})
        expected.backward()
        assert value == pytest.approx(expected.item(), rel=1e-10)
        np.testing.assert_allclose(gradient, x.grad, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_minimum_is_one_and_nothing_in_the_box_is_lower(name: str) -> None:
    objective = OBJECTIVES[name]
    minimum = np.array(objective.minimum)
    np.testing.assert_allclose(objective.gradient(minimum), 0, atol=1e-6)
    values = line(objective)[1] if objective.dims == 1 else surface(objective)[2]
    assert objective.value(minimum) <= values.min() + 1e-9


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradient_descent_at_the_suggested_rate_goes_down_and_stays(name: str) -> None:
    objective = OBJECTIVES[name]
    path = optimizers.race(objective, "gd", lr=objective.lr, steps=200)
    assert path.diverged is None
    assert path.values[-1] < path.values[0]


def test_surface_has_the_axes_that_contour_takes() -> None:
    bowl = find("bowl")
    x1, x2, z = surface(bowl, count=40, box=[(-1, 1), (-2, 3)])
    assert (x1[0], x1[-1], x2[0], x2[-1]) == (-1, 1, -2, 3)
    assert z[7, 31] == bowl.value(np.array([x1[31], x2[7]]))
    levels = contour_levels(z)
    assert (np.diff(levels) > 0).all()
    assert levels[-1] == z.max()


# our rule, its coefficients and torch.optim's: equal but for where eps is added, so with eps = 0 where that matters
PAIRS = [
    ("gd", {}, "gd", {}),
    ("momentum", {"beta": 0.5}, "momentum", {"momentum": 0.5}),
    ("nesterov", {"beta": 0.5}, "nesterov", {"momentum": 0.5}),
    ("adagrad", {"eps": 0.0}, "adagrad", {"eps": 0.0}),
    ("rmsprop", {"gamma": 0.9, "eps": 0.0}, "rmsprop", {"alpha": 0.9, "eps": 0.0}),
    ("adam", {"beta1": 0.8, "beta2": 0.99}, "adam", {"beta1": 0.8, "beta2": 0.99}),
    ("adamw", {"weight_decay": 0.1}, "adamw", {"weight_decay": 0.1}),
]


@pytest.mark.parametrize(("rule", "ours", "optimizer", "theirs"), PAIRS, ids=lambda p: p if isinstance(p, str) else "")
@pytest.mark.parametrize("name", ["wave", "stretched", "beale"])
def test_rules_by_hand_take_the_path_of_torch_optim(
    name: str, rule: str, ours: dict[str, float], optimizer: str, theirs: dict[str, float]
) -> None:
    objective = find(name)
    by_hand = optimizers.descend(objective, rule, lr=0.01, steps=50, **ours)
    by_torch = optimizers.race(objective, optimizer, lr=0.01, steps=50, **theirs)
    np.testing.assert_allclose(by_hand.points, by_torch.points, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(by_torch.values, objective.value(by_torch.points))


@pytest.mark.parametrize("name", optimizers.OPTIMIZERS)
def test_a_race_is_what_the_pytorch_expression_runs(name: str) -> None:
    objective = find("rosenbrock")
    x = torch.tensor(objective.start, dtype=torch.float64, requires_grad=True)
    optimizer = eval(optimizers.expression(name, lr=0.001))
    for _ in range(30):
        optimizer.zero_grad()
        eval(objective.torch).backward()
        optimizer.step()
    path = optimizers.race(objective, name, lr=0.001, steps=30)
    np.testing.assert_allclose(path.points[-1], x.detach(), rtol=1e-9)


def test_expression_names_every_coefficient() -> None:
    assert optimizers.expression("nesterov", lr=0.3, momentum=0.5) == (
        "torch.optim.SGD([x], lr=0.3, momentum=0.5, nesterov=True)"
    )
    assert optimizers.expression("adam", lr=0.3, beta2=0.99) == (
        "torch.optim.Adam([x], lr=0.3, eps=1e-08, betas=(0.9, 0.99))"
    )


def test_divergence_is_told_with_the_step_and_ends_in_infinity_without_a_warning() -> None:
    bowl = find("stretched")
    assert optimizers.race(bowl, "gd", lr=0.4).diverged is None
    flown = optimizers.race(bowl, "gd", lr=0.6, steps=2000)
    assert flown.diverged == 5
    assert not np.isfinite(flown.values[-1])
    assert optimizers.descend(bowl, "gd", lr=0.6, steps=2000).diverged == 5


def test_only_the_moved_racer_is_computed_again() -> None:
    bowl = find("bowl")
    assert optimizers.race(bowl, "adam", lr=0.1) is optimizers.race(bowl, "adam", lr=0.1)
    with pytest.raises(ValueError, match="read-only"):
        optimizers.race(bowl, "adam", lr=0.1).points[0] = 0


@pytest.mark.parametrize("rule", RULES)
def test_a_sweep_is_many_descents(rule: str) -> None:
    objective = find("bowl")
    lrs = [0.01, 0.1, 0.3]
    ends = [optimizers.descend(objective, rule, lr=lr).points[-1] for lr in lrs]
    np.testing.assert_allclose(optimizers.sweep(objective, rule, lrs), ends)


def test_mistakes_are_named_with_the_way_out() -> None:
    bowl = find("bowl")
    with pytest.raises(ValueError, match="unknown optimizer 'sgd'; expected one of gd, momentum"):
        optimizers.race(bowl, "sgd", lr=0.1)
    with pytest.raises(ValueError, match="RMSprop has no coefficient 'beta'; it has alpha, eps"):
        optimizers.race(bowl, "rmsprop", lr=0.1, beta=0.9)
    with pytest.raises(ValueError, match="gd has no coefficient 'beta'; it has only lr"):
        optimizers.descend(bowl, "gd", lr=0.1, beta=0.9)
    with pytest.raises(ValueError, match="expected 2 coordinates"):
        optimizers.descend(bowl, "gd", lr=0.1, start=[1.0])
    with pytest.raises(ValueError, match="unknown function 'bowling'"):
        find("bowling")


def test_minibatch_loss_is_half_the_mean_squared_error() -> None:
    features, labels = minibatch.problem()
    weights = np.array([[0.3, 1.0], [2.0, -3.0]])
    expected = [np.mean((features @ w - labels) ** 2) / 2 for w in weights]
    np.testing.assert_allclose(minibatch.loss(features, labels, weights), expected)


@pytest.mark.parametrize("batch_size", [1, 30, 200])
def test_minibatch_descent_is_torch_sgd_over_the_same_rows(batch_size: int) -> None:
    features, labels = minibatch.problem()
    descent = minibatch.descend(features, labels, batch_size=batch_size, lr=0.05, epochs=2, seed=3)
    x, y = torch.tensor(features), torch.tensor(labels)
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.05)
    rng = np.random.default_rng(3)
    for _ in range(2):
        for rows in torch.tensor(rng.permutation(200)).split(batch_size):
            optimizer.zero_grad()
            (torch.nn.functional.mse_loss(x[rows] @ w, y[rows]) / 2).backward()
            optimizer.step()
    assert len(descent.weights) == len(descent.losses) == 2 * math.ceil(200 / batch_size) + 1
    assert descent.seen[-1] == 400
    np.testing.assert_allclose(descent.weights[-1], w.detach())


def test_small_batches_are_noisy_and_large_ones_cost_more_a_step() -> None:
    features, labels = minibatch.problem()
    spreads = [
        minibatch.gradients(features, labels, (0, 0), batch_size=size, draws=500).std(axis=0).mean()
        for size in (1, 16, 200)
    ]
    assert spreads[1] == pytest.approx(spreads[0] / 4, rel=0.2)
    assert spreads[2] < 1e-12
    with pytest.raises(ValueError, match="batch_size 0"):
        minibatch.descend(features, labels, batch_size=0, lr=0.1)
