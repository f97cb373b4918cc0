"""zoo.lab.losses, information and line_fit against PyTorch, closed forms and brute force."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from zoo.lab import information, line_fit, losses

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(5, 4)) * 3
LABELS = np.array([0, 3, 1, 1, 2])


def tensor(values: ArrayLike, *, grad: bool = False) -> Tensor:
    return torch.tensor(np.asarray(values), dtype=torch.float64, requires_grad=grad)


@pytest.mark.parametrize(("name", "torch_loss"), [("l1", F.l1_loss), ("mse", F.mse_loss), ("huber", F.huber_loss)])
def test_loss_and_gradient_of_a_residual_are_those_of_pytorch(name: str, torch_loss: Callable[..., Tensor]) -> None:
    residual = np.linspace(-3, 3, 101)
    options = {"delta": 0.7} if name == "huber" else {}
    x = tensor(residual, grad=True)
    expected = torch_loss(x, torch.zeros_like(x), reduction="none", **options)
    expected.sum().backward()
    loss, gradient = losses.regression(name, residual, delta=0.7)
    np.testing.assert_allclose(loss, expected.detach())
    np.testing.assert_allclose(gradient, x.grad)


def test_an_unknown_loss_is_named() -> None:
    with pytest.raises(ValueError, match="'mae'; expected one of l1, mse, huber"):
        losses.regression("mae", 0.0)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5, 0.0]])
@pytest.mark.parametrize("ignore_index", [-100, 1])
def test_cross_entropy_is_that_of_pytorch_under_every_option(
    reduction: str, label_smoothing: float, weight: list[float] | None, ignore_index: int
) -> None:
    options = {"ignore_index": ignore_index, "reduction": reduction, "label_smoothing": label_smoothing}
    x = tensor(LOGITS, grad=True)
    expected = F.cross_entropy(x, torch.tensor(LABELS), weight=None if weight is None else tensor(weight), **options)
    expected.sum().backward()
    ours = losses.cross_entropy(LOGITS, LABELS, weight=weight, **options)
    np.testing.assert_allclose(ours.value, expected.detach())
    np.testing.assert_allclose(ours.gradient, x.grad, atol=1e-15)
    np.testing.assert_allclose(ours.log_probabilities, F.log_softmax(x, dim=1).detach())


def test_gradient_of_cross_entropy_is_p_minus_y() -> None:
    result = losses.cross_entropy(LOGITS, LABELS, reduction="sum")
    np.testing.assert_allclose(result.gradient, result.probabilities - np.eye(4)[LABELS], atol=1e-15)


def test_nll_of_the_log_probabilities_is_the_cross_entropy() -> None:
    result = losses.cross_entropy(LOGITS, LABELS)
    assert F.nll_loss(tensor(result.log_probabilities), torch.tensor(LABELS)).item() == pytest.approx(
        float(result.value)
    )


def test_label_smoothing_is_cross_entropy_with_smoothed_labels_and_can_not_go_below_their_entropy() -> None:
    targets = losses.smoothed(LABELS, 4, 0.1)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    by_rows = losses.cross_entropy(LOGITS, targets).value
    assert by_rows == pytest.approx(losses.cross_entropy(LOGITS, LABELS, label_smoothing=0.1).value)
    best = losses.cross_entropy(np.log(targets), LABELS, label_smoothing=0.1, reduction="none").value
    np.testing.assert_allclose(best, information.entropy(targets))


def test_softmax_before_cross_entropy_has_a_floor_and_a_tenth_of_the_gradient() -> None:
    sure = np.zeros((1, 10))
    sure[0, 3] = 1e4
    once, twice = losses.double_softmax(sure, [3])
    assert once.value == 0
    assert twice.value == pytest.approx(losses.double_softmax_floor(10), abs=1e-12)
    once, twice = losses.double_softmax(np.zeros((1, 10)), [3])
    np.testing.assert_allclose(twice.gradient, once.gradient / 10)


def test_double_softmax_is_what_pytorch_computes_from_probabilities() -> None:
    x = tensor(LOGITS, grad=True)
    expected = F.cross_entropy(torch.softmax(x, dim=1), torch.tensor(LABELS), reduction="none")
    expected.sum().backward()
    _, twice = losses.double_softmax(LOGITS, LABELS)
    np.testing.assert_allclose(twice.value, expected.detach())
    np.testing.assert_allclose(twice.gradient, x.grad, atol=1e-15)


def test_naive_softmax_overflows_where_float32_does() -> None:
    np.testing.assert_allclose(losses.naive_softmax([88.0, 0.0]), [1, 0], atol=1e-30)
    assert np.isnan(losses.naive_softmax([89.0, 0.0])[0])


def test_binary_cross_entropy_three_ways() -> None:
    logits, targets = [0.3, 20.0, -200.0, 200.0], [1.0, 0.0, 1.0, 1.0]
    result = losses.binary_cross_entropy(logits, targets)
    z, y = torch.tensor(logits), torch.tensor(targets)
    np.testing.assert_array_equal(result.naive[1:], [np.inf, np.inf, np.nan])
    np.testing.assert_allclose(result.clamped, F.binary_cross_entropy(z.sigmoid(), y, reduction="none"), rtol=1e-6)
    np.testing.assert_allclose(
        result.with_logits, F.binary_cross_entropy_with_logits(z, y, reduction="none"), rtol=1e-6, atol=1e-30
    )
    assert result.naive[0] == pytest.approx(result.with_logits[0])
    assert {array.dtype for array in result} == {np.dtype(np.float32)}


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_soft_margins_are_those_of_pytorch_also_far_out(reduction: str) -> None:
    logits = np.array([[0.3, -1000.0, 2.0], [1000.0, 0.0, -4.0]])
    labels = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    weight = [1.0, 0.5, 2.0]
    x = tensor(logits, grad=True)
    expected = nn.MultiLabelSoftMarginLoss(weight=tensor(weight), reduction=reduction)(x, tensor(labels))
    expected.sum().backward()
    value, gradient = losses.multilabel_soft_margin(logits, labels, weight=weight, reduction=reduction)
    np.testing.assert_allclose(value, expected.detach())
    np.testing.assert_allclose(gradient, x.grad, atol=1e-15)

    signs = 2 * labels - 1
    near = signs * 3
    assert losses.soft_margin(near, signs)[0] == pytest.approx(F.soft_margin_loss(tensor(near), tensor(signs)).item())
    value, gradient = losses.soft_margin(logits, signs, reduction=reduction)
    expected = np.logaddexp(0, -logits * signs)
    reduced = {"none": expected, "mean": expected.mean(), "sum": expected.sum()}[reduction]
    np.testing.assert_allclose(value, reduced)
    scale = logits.size if reduction == "mean" else 1
    np.testing.assert_allclose(gradient, -signs * torch.sigmoid(tensor(-signs * logits)).numpy() / scale, atol=1e-15)


@pytest.mark.parametrize("choice", losses.LAST_LAYERS, ids=lambda c: f"{c.problem}-{c.loss}")
def test_every_last_layer_trains_with_the_loss_it_is_paired_with(choice: losses.LastLayer) -> None:
    torch.manual_seed(0)
    names = {"nn": nn, "torch": torch, "N": 16, "C": 3}
    targets = eval(choice.targets, names)
    outputs = 1 if choice.problem in ("regression", "binary") else 3
    net = nn.Sequential(nn.Linear(20, outputs), eval(choice.activation, names))
    x, loss = torch.randn(16, 20), eval(choice.loss, names)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    before = loss(net(x), targets).item()
    for _ in range(200):
        optimizer.zero_grad()
        loss(net(x), targets).backward()
        optimizer.step()
    assert loss(net(x), targets).item() < 0.2 * before


def test_entropy_divergence_and_cross_entropy_add_up_and_are_those_of_pytorch() -> None:
    p, q = [0.5, 0.2, 0.3], [0.1, 0.6, 0.3]
    assert information.entropy(p) == pytest.approx(torch.distributions.Categorical(tensor(p)).entropy().item())
    assert information.kl_divergence(p, q) == pytest.approx(
        F.kl_div(tensor(q).log(), tensor(p), reduction="sum").item()
    )
    assert information.cross_entropy(p, q) == pytest.approx(information.entropy(p) + information.kl_divergence(p, q))
    assert information.kl_divergence(p, p) == 0


def test_certain_and_impossible_events() -> None:
    assert information.entropy([1.0, 0.0]) == 0
    assert information.information(0.0) == np.inf
    assert information.kl_divergence([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert information.kl_divergence([1.0, 0.0], [0.5, 0.5]) == pytest.approx(np.log(2))


def test_a_distribution_is_made_of_weights_or_refused() -> None:
    np.testing.assert_allclose(information.distribution([5, 2, 3]), [0.5, 0.2, 0.3])
    for weights in ([0, 0], [-1, 2], [np.nan, 1], [np.inf, 1]):
        with pytest.raises(ValueError, match="make no distribution"):
            information.distribution(weights)


@pytest.mark.parametrize(("heads", "tosses"), [(7, 10), (0, 4), (4, 4), (0, 0)])
def test_a_coin_is_likeliest_at_its_share_of_heads(heads: int, tosses: int) -> None:
    theta = np.linspace(0, 1, 1001)
    by_product = np.prod([theta if k < heads else 1 - theta for k in range(tosses)], axis=0) * np.ones_like(theta)
    np.testing.assert_allclose(information.likelihood(theta, heads, tosses), by_product)
    if tosses:
        assert theta[information.log_likelihood(theta, heads, tosses).argmax()] == pytest.approx(heads / tosses)


def test_a_product_of_many_likelihoods_is_zero_and_the_sum_of_logs_is_not() -> None:
    assert information.likelihood(0.7, 1400, 2000) == 0
    assert information.log_likelihood(0.7, 1400, 2000) == pytest.approx(-1221.7, abs=0.1)
    with pytest.raises(ValueError, match="11 heads in 10 tosses"):
        information.log_likelihood(0.5, 11, 10)


def total(loss: str, line: line_fit.Line, x: NDArray, y: NDArray, delta: float = 1.0) -> float:
    return losses.regression(loss, line.slope * x + line.intercept - y, delta=delta)[0].sum()


@pytest.mark.parametrize(
    ("loss", "delta"), [("l1", 1.0), ("mse", 1.0), ("huber", 1.0), ("huber", 0.05), ("huber", 100.0)]
)
@pytest.mark.parametrize("outlier", [0.0, 9.0])
def test_no_line_nearby_fits_better(loss: str, delta: float, outlier: float) -> None:
    x, y = line_fit.points()
    y[-2] += outlier
    line = line_fit.fit(loss, x, y, delta=delta)
    least = total(loss, line, x, y, delta)
    for ds, di in itertools.product((-1e-4, 0, 1e-4), repeat=2):
        assert least <= total(loss, line_fit.Line(line.slope + ds, line.intercept + di), x, y, delta) + 1e-9


def test_one_outlier_bends_mse_most_and_l1_hardly() -> None:
    x, y = line_fit.points(slope=0.8, noise=0.1)
    y[-1] -= 10
    off = {loss: abs(line_fit.fit(loss, x, y, delta=0.5).slope - 0.8) for loss in losses.REGRESSION}
    assert off["mse"] > 5 * max(off["huber"], off["l1"])


def test_huber_lies_between_l1_and_mse() -> None:
    x, y = line_fit.points()
    y[3] += 6
    assert line_fit.fit("huber", x, y, delta=1e3) == pytest.approx(line_fit.fit("mse", x, y))
    np.testing.assert_allclose(line_fit.fit("huber", x, y, delta=1e-3), line_fit.fit("l1", x, y), atol=0.02)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [([1.0], [1.0], "1 points"), ([1.0, 1.0], [1.0, 2.0], "different x"), ([0.0, np.nan], [1.0, 2.0], "finite")],
)
def test_points_that_make_no_line_are_refused(x: list[float], y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        line_fit.fit("mse", x, y)
    with pytest.raises(ValueError, match="delta is 0"):
        line_fit.fit("huber", [0, 1], [0, 1], delta=0)
    with pytest.raises(ValueError, match="unknown loss 'l3'"):
        line_fit.fit("l3", [0, 1], [0, 1])
