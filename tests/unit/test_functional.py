"""The from-scratch functions against PyTorch: values, gradients, extreme inputs, empty batches."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional as oracle

from zoo import functional as F

EXTREMES = torch.tensor([-1e4, -100.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 100.0, 1e4])


def value_and_gradient(function: Callable[..., Tensor], *inputs: Tensor) -> list[Tensor]:
    """Return a function's value and the gradients of its weighted sum by every float input."""
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    value = function(*leaves)
    weights = torch.linspace(0.5, 1.5, value.numel()).reshape(value.shape)
    wanted = [x for x in leaves if x.requires_grad]
    return [value.detach(), *torch.autograd.grad((value * weights).sum(), wanted)]


def assert_same(ours: Callable[..., Tensor], theirs: Callable[..., Tensor], *inputs: Tensor) -> None:
    for mine, expected in zip(value_and_gradient(ours, *inputs), value_and_gradient(theirs, *inputs), strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("x", [torch.linspace(-5, 5, 41), EXTREMES, torch.zeros(0)], ids=["curve", "extreme", "empty"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (F.relu, oracle.relu),
        (F.leaky_relu, oracle.leaky_relu),
        (lambda x: F.leaky_relu(x, 0.3), lambda x: oracle.leaky_relu(x, 0.3)),
        (F.sigmoid, torch.sigmoid),
        (F.tanh, torch.tanh),
    ],
    ids=["relu", "leaky_relu", "leaky_relu 0.3", "sigmoid", "tanh"],
)
def test_activations(ours: Callable, theirs: Callable, x: Tensor) -> None:
    assert_same(ours, theirs, x)


@pytest.mark.parametrize("slopes", [torch.tensor([0.25]), torch.tensor([0.1, -0.2, 0.7])], ids=["one", "a channel"])
def test_prelu(slopes: Tensor) -> None:
    x = torch.randn(4, 3, 5, generator=torch.Generator().manual_seed(0))
    assert_same(F.prelu, oracle.prelu, x, slopes)


@pytest.mark.parametrize(
    "rows", [torch.randn(6, 10), EXTREMES.repeat(2, 1), torch.full((2, 3), 1e4), torch.zeros(0, 10)]
)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax(name: str, rows: Tensor) -> None:
    assert_same(lambda x: getattr(F, name)(x, dim=1), lambda x: getattr(oracle, name)(x, dim=1), rows)
    assert_same(lambda x: getattr(F, name)(x, dim=0), lambda x: getattr(oracle, name)(x, dim=0), rows.T.contiguous())


LOGITS = torch.randn(8, 5, generator=torch.Generator().manual_seed(1))
LABELS = torch.tensor([0, 4, 2, 2, 1, 3, 0, 4])
WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 0.1, 3.0])


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize(
    "options", [{}, {"weight": WEIGHTS}, {"ignore_index": 2}, {"weight": WEIGHTS, "ignore_index": 4}]
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy(options: dict, smoothing: float, reduction: str) -> None:
    options = {**options, "label_smoothing": smoothing, "reduction": reduction}
    assert_same(
        lambda x: F.cross_entropy(x, LABELS, **options), lambda x: oracle.cross_entropy(x, LABELS, **options), LOGITS
    )


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, WEIGHTS], ids=["unweighted", "weighted"])
def test_cross_entropy_from_distributions(weight: Tensor | None, reduction: str) -> None:
    options = {"weight": weight, "reduction": reduction, "label_smoothing": 0.2}
    rows = torch.softmax(LOGITS.flip(0), 1)
    assert_same(
        lambda x: F.cross_entropy(x, rows, **options), lambda x: oracle.cross_entropy(x, rows, **options), LOGITS
    )


def test_cross_entropy_is_finite_for_extreme_logits() -> None:
    logits, labels = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]]), torch.tensor([1, 2])
    assert_same(lambda x: F.cross_entropy(x, labels), lambda x: oracle.cross_entropy(x, labels), logits)


@pytest.mark.parametrize("reduction", ["none", "sum"])
def test_cross_entropy_of_an_empty_batch(reduction: str) -> None:
    empty, none = torch.zeros(0, 5), torch.zeros(0, dtype=torch.int64)
    assert_same(
        lambda x: F.cross_entropy(x, none, reduction=reduction),
        lambda x: oracle.cross_entropy(x, none, reduction=reduction),
        empty,
    )


def test_the_mean_over_an_empty_batch_is_nan_as_in_pytorch() -> None:
    empty, none = torch.zeros(0, 5), torch.zeros(0, dtype=torch.int64)
    assert F.cross_entropy(empty, none).isnan()
    assert oracle.cross_entropy(empty, none).isnan()


@pytest.mark.parametrize("options", [{}, {"weight": WEIGHTS}, {"ignore_index": 2}, {"reduction": "sum"}])
def test_nll_loss(options: dict) -> None:
    log_probs = torch.log_softmax(LOGITS, 1)
    assert_same(lambda x: F.nll_loss(x, LABELS, **options), lambda x: oracle.nll_loss(x, LABELS, **options), log_probs)


def test_nll_loss_refuses_one_hot_rows() -> None:
    with pytest.raises(ValueError, match=r"class indices \(N,\) int64, not torch.float32 of shape \(8, 5\)"):
        F.nll_loss(LOGITS, torch.eye(5)[LABELS])


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("prediction", [torch.linspace(-3, 3, 13), EXTREMES], ids=["curve", "extreme"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (F.mse_loss, oracle.mse_loss),
        (F.l1_loss, oracle.l1_loss),
        (F.huber_loss, oracle.huber_loss),
        (lambda p, t, reduction: F.huber_loss(p, t, delta=0.5, reduction=reduction),
         lambda p, t, reduction: oracle.huber_loss(p, t, delta=0.5, reduction=reduction)),
    ],
    ids=["mse", "l1", "huber", "huber 0.5"],
)  # fmt: skip
def test_regression_losses(ours: Callable, theirs: Callable, prediction: Tensor, reduction: str) -> None:
    target = torch.linspace(-1, 1, prediction.numel())
    assert_same(
        lambda p, t: ours(p, t, reduction=reduction), lambda p, t: theirs(p, t, reduction=reduction), prediction, target
    )


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, torch.tensor([0.5, 1.0, 2.0])], ids=["unweighted", "weighted"])
def test_binary_cross_entropy(weight: Tensor | None, reduction: str) -> None:
    p, targets = torch.tensor([0.01, 0.5, 0.999]), torch.tensor([0.0, 0.3, 1.0])
    options = {"weight": weight, "reduction": reduction}
    assert_same(
        lambda p: F.binary_cross_entropy(p, targets, **options),
        lambda p: oracle.binary_cross_entropy(p, targets, **options),
        p,
    )
    logits = torch.logit(p)
    assert_same(
        lambda x: F.binary_cross_entropy_with_logits(x, targets, **options),
        lambda x: oracle.binary_cross_entropy_with_logits(x, targets, **options),
        logits,
    )


def test_binary_cross_entropy_at_certainty_is_cut_off_at_100() -> None:
    p, targets = torch.tensor([0.0, 1.0, 0.0, 1.0]), torch.tensor([0.0, 0.0, 1.0, 1.0])
    ours = F.binary_cross_entropy(p, targets, reduction="none")
    torch.testing.assert_close(ours, oracle.binary_cross_entropy(p, targets, reduction="none"))
    assert ours.tolist() == [0, 100, 100, 0]


@pytest.mark.parametrize("target", [0.0, 0.4, 1.0])
def test_binary_cross_entropy_with_extreme_logits(target: float) -> None:
    targets = torch.full_like(EXTREMES, target)
    assert_same(
        lambda x: F.binary_cross_entropy_with_logits(x, targets),
        lambda x: oracle.binary_cross_entropy_with_logits(x, targets),
        EXTREMES,
    )


def test_an_unknown_reduction_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown reduction 'average'; expected 'none', 'mean' or 'sum'"):
        F.mse_loss(torch.zeros(2), torch.zeros(2), reduction="average")


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 1.0])
def test_dropout_keeps_the_mean(p: float) -> None:
    x = torch.ones(200, 500)
    out = F.dropout(x, p, generator=torch.Generator().manual_seed(0))
    assert (out == 0).float().mean().item() == pytest.approx(p, abs=0.01)
    assert out.mean().item() == pytest.approx(0 if p == 1 else 1, abs=0.01)
    assert F.dropout(x, p, training=False) is x


def test_dropout_draws_the_same_mask_from_the_same_generator_state() -> None:
    draw = [F.dropout(torch.ones(50), 0.5, generator=torch.Generator().manual_seed(3)) for _ in range(2)]
    assert torch.equal(*draw)


def test_dropout_refuses_a_probability_outside_0_to_1() -> None:
    with pytest.raises(ValueError, match=r"dropout probability 1.5 is outside \[0, 1\]"):
        F.dropout(torch.ones(3), 1.5)


@pytest.mark.parametrize("batch", [0, 3])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 2), (2, 1), (3, 0)])
def test_conv2d(stride: int, padding: int, batch: int) -> None:
    g = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(shape, generator=g) for shape in [(batch, 2, 9, 11), (4, 2, 3, 3), (4,)])
    assert_same(
        lambda *inputs: F.conv2d(*inputs, stride=stride, padding=padding),
        lambda *inputs: oracle.conv2d(*inputs, stride=stride, padding=padding),
        x,
        weight,
        bias,
    )


@pytest.mark.parametrize("pool", ["avg_pool2d", "max_pool2d"])
@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (2, 3, 9, 7), (0, 3, 8, 8)])
def test_pooling(pool: str, shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    assert_same(lambda x: getattr(F, pool)(x, 2), lambda x: getattr(oracle, pool)(x, 2), x)


@pytest.mark.parametrize("size", [28, 32, 40])
def test_resize_matrix_is_bilinear_interpolation(size: int) -> None:
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    resize = F.resize_matrix(28, size)
    expected = oracle.interpolate(x, size=(size, size), mode="bilinear", align_corners=False)
    torch.testing.assert_close(resize @ x @ resize.T, expected)
