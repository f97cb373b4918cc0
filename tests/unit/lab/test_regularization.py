"""zoo.lab.regularization and dropout against torch.optim, optimality conditions and known means."""

import numpy as np
import pytest
import torch
from torch import nn

from zoo.lab import dropout, regularization


@pytest.mark.parametrize("lambd", [0.0, 3.0])
@pytest.mark.parametrize("concise", [False, True])
def test_weight_decay_is_that_of_torch_sgd_on_the_weight_alone(lambd: float, concise: bool) -> None:
    rng = np.random.default_rng(4)
    x = torch.tensor(rng.normal(size=(120, 200)))
    y = torch.tensor(0.05 + 0.01 * x.numpy().sum(axis=1) + 0.01 * rng.normal(size=120))
    net = nn.Linear(200, 1, dtype=torch.float64)
    net.weight.data = torch.tensor(rng.normal(size=(1, 200)))
    net.bias.data = torch.tensor([rng.normal() if concise else 0.0], dtype=torch.float64)
    optimizer = torch.optim.SGD(
        [{"params": net.weight, "weight_decay": lambd}, {"params": net.bias, "weight_decay": 0.0}], lr=0.003
    )
    half = 1.0 if concise else 0.5
    for _ in range(10):
        for batch in torch.tensor(rng.permutation(20)).split(5):
            optimizer.zero_grad()
            (half * nn.functional.mse_loss(net(x[batch])[:, 0], y[batch])).backward()
            optimizer.step()
    result = regularization.weight_decay(lambd, epochs=10, concise=concise, seed=4)
    assert result.norms[-1] == pytest.approx(net.weight.norm().item())
    errors = (net(x)[:, 0] - y).detach().square() / 2
    assert result.train_losses[-1] == pytest.approx(errors[:20].mean().item())
    assert result.test_losses[-1] == pytest.approx(errors[20:].mean().item())


def test_weight_decay_narrows_the_gap_and_too_much_flies_off_without_a_warning() -> None:
    plain, decayed = regularization.weight_decay(0), regularization.weight_decay(3)
    assert plain.test_losses[-1] > 1000 * plain.train_losses[-1]
    assert decayed.test_losses[-1] < plain.test_losses[-1] / 100
    assert not np.isfinite(regularization.weight_decay(1e6).norms[-1])


def test_a_polynomial_fits_better_than_any_other_of_its_degree() -> None:
    x, y = regularization.cubic_points(20)
    fit = regularization.fit_polynomial(x, y, 5)
    expected = np.polynomial.Polynomial.fit(x, y, 5)
    np.testing.assert_allclose(regularization.evaluate(fit.coefficients, x), expected(x))
    assert fit.train_error == pytest.approx(np.mean((expected(x) - y) ** 2))


def test_low_degrees_underfit_and_high_ones_overfit_unless_held_back() -> None:
    x, y = regularization.cubic_points(20)
    low, right, high = (regularization.fit_polynomial(x, y, degree) for degree in (1, 3, 19))
    assert low.train_error > 10 * right.train_error
    assert high.train_error < 1e-9
    assert min(low.test_error, high.test_error) > 10 * right.test_error
    assert regularization.fit_polynomial(x, y, 19, ridge=1e-2).test_error < 5 * right.test_error


def test_more_coefficients_than_points_pass_through_them() -> None:
    x, y = regularization.cubic_points(8)
    assert regularization.fit_polynomial(x, y, 15).train_error < 1e-20
    with pytest.raises(ValueError, match="degree -1"):
        regularization.fit_polynomial(x, y, -1)


def test_ridge_is_where_its_gradient_is_zero() -> None:
    x, y, _ = regularization.sparse_problem()
    lambdas = np.array([0.01, 0.5, 10.0])
    for lambd, w in zip(lambdas, regularization.ridge_path(x, y, lambdas)):
        np.testing.assert_allclose(x.T @ (x @ w - y) / len(y) + lambd * w, 0, atol=1e-12)


def test_lasso_is_where_no_subgradient_leads_down() -> None:
    x, y, _ = regularization.sparse_problem()
    lambdas = np.array([0.01, 0.1, 0.5])
    for lambd, w in zip(lambdas, regularization.lasso_path(x, y, lambdas, steps=2000)):
        gradient = x.T @ (x @ w - y) / len(y)
        np.testing.assert_allclose(gradient[w != 0], -lambd * np.sign(w[w != 0]), atol=1e-8)
        assert (np.abs(gradient[w == 0]) <= lambd + 1e-8).all()


def test_l1_puts_useless_weights_to_zero_and_l2_does_not() -> None:
    x, y, true = regularization.sparse_problem()
    (l1,), (l2,) = regularization.lasso_path(x, y, [0.3]), regularization.ridge_path(x, y, [0.3])
    assert (l1[true == 0] == 0).mean() > 0.5
    assert (l1[true != 0] != 0).all()
    assert (l2 != 0).all()


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
def test_dropout_zeroes_a_share_p_and_keeps_the_mean(p: float) -> None:
    x = np.arange(16.0).reshape(2, 8)
    drawn = dropout.draws(x, p, count=20_000)
    assert drawn.shape == (20_000, 2, 8)
    assert (drawn[..., 1, :] == 0).mean() == pytest.approx(p, abs=0.01)
    np.testing.assert_allclose(drawn.mean(axis=0), x if p < 1 else 0, atol=0.5)
    assert set(np.unique(drawn[:, 0, 1])) == {0.0: {1.0}, 0.5: {0.0, 2.0}, 1.0: {0.0}}[p]


def test_dropout_lowers_the_loss_on_unseen_rows_of_a_net_that_overfits() -> None:
    plain, dropped = dropout.train(0.0), dropout.train(0.5)
    assert plain.train_losses[-1] < 0.05
    assert plain.test_losses[-1] > 2 * plain.test_losses.min()
    assert dropped.test_losses[-1] < 0.9 * plain.test_losses[-1]
    assert plain.steps[0] == 0
    assert plain.steps[-1] == 200
    assert dropped.test_accuracies.shape == dropped.steps.shape
