"""Over- and underfitting: weight decay on too many inputs, polynomials, L1 against L2."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

TRUE_WEIGHT, TRUE_BIAS, NOISE = 0.01, 0.05, 0.01


class Decay(NamedTuple):
    """A linear regression under weight decay."""

    train_losses: Array
    """(epochs + 1,): half the mean squared error over the training rows, penalty left out."""
    test_losses: Array
    """(epochs + 1,)"""
    norms: Array
    """(epochs + 1,): ‖w‖₂."""


class Fit(NamedTuple):
    """A polynomial fitted to points."""

    coefficients: Array
    """(degree + 1,), of Legendre polynomials in x: `evaluate` takes them."""
    train_error: float
    """Mean squared error on the points it was fitted to."""
    test_error: float
    """Mean squared error on points of the same kind that it has not seen."""


def weight_decay(
    lambd: float,
    *,
    inputs: int = 200,
    rows: int = 20,
    test_rows: int = 100,
    lr: float = 0.003,
    batch_size: int = 5,
    epochs: int = 100,
    concise: bool = False,
    seed: int = 0,
) -> Decay:
    """Fit y = 0.05 + Σ 0.01 xᵢ + N(0, 0.01) by minibatch SGD from w ~ N(0, 1), b = 0, with the penalty lambd ‖w‖² / 2.

    The bias is not decayed. concise: the notes' second version, whose MSE lacks the ½, so that the data pull twice as hard,
    and whose bias starts from N(0, 1) too. Losses are half the mean squared error either way; not finite where lr and lambd
    are too large.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows + test_rows, inputs))
    y = TRUE_BIAS + TRUE_WEIGHT * x.sum(axis=1) + NOISE * rng.normal(size=len(x))
    weights, biases = [rng.normal(size=inputs)], [rng.normal() if concise else 0.0]
    pull = 2.0 if concise else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            w, b = weights[-1], biases[-1]
            order = rng.permutation(rows)
            for at in range(0, rows, batch_size):
                batch = order[at : at + batch_size]
                features = x[batch]
                error = pull * (features @ w + b - y[batch]) / len(batch)
                w, b = w - lr * (error @ features + lambd * w), b - lr * error.sum()
            weights.append(w)
            biases.append(b)
        path = np.stack(weights)
        squares = (path @ x.T + np.array(biases)[:, None] - y) ** 2 / 2
        return Decay(squares[:, :rows].mean(1), squares[:, rows:].mean(1), np.linalg.norm(path, axis=1))


def cubic(x: ArrayLike) -> Array:
    """Return 5 + 1.2 x - 3.4 x² / 2! + 5.6 x³ / 3!, the curve to find (Dive into Deep Learning, polynomial regression)."""
    a = np.asarray(x, dtype=np.float64)
    return 5 + 1.2 * a - 3.4 * a**2 / 2 + 5.6 * a**3 / 6


def cubic_points(rows: int, noise: float = 0.5, seed: int = 0) -> tuple[Array, Array]:
    """Return x (rows,), drawn evenly from [-2, 2], and y (rows,): `cubic` with normal noise."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, rows)
    return x, cubic(x) + noise * rng.normal(size=rows)


def evaluate(coefficients: ArrayLike, x: ArrayLike) -> Array:
    """Return the polynomial of a `Fit` at x, any shape, within [-2, 2]."""
    scaled, series = (np.asarray(a, dtype=np.float64) for a in (x, coefficients))
    return np.asarray(np.polynomial.legendre.legval(scaled / 2, series), dtype=np.float64)


def fit_polynomial(
    x: ArrayLike, y: ArrayLike, degree: int, *, ridge: float = 0.0, noise: float = 0.5, test_rows: int = 500
) -> Fit:
    """Fit a polynomial of a degree >= 0 to x, y (N,) by least squares plus ridge times its squared coefficients.

    With more coefficients than points and no ridge, the smallest of all that pass through the points. The test error is
    taken on `cubic_points` of another seed and of this noise.
    """
    if degree < 0:
        raise ValueError(f"a polynomial of degree {degree} makes no sense; expected 0 or more")
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    basis = np.polynomial.legendre.legvander(a / 2, degree)
    pull = np.sqrt(ridge * len(a)) * np.eye(degree + 1)
    coefficients = np.linalg.lstsq(np.vstack([basis, pull]), np.append(b, np.zeros(degree + 1)), rcond=None)[0]
    unseen_x, unseen_y = cubic_points(test_rows, noise, seed=10_000)
    return Fit(
        coefficients,
        float(np.mean((evaluate(coefficients, a) - b) ** 2)),
        float(np.mean((evaluate(coefficients, unseen_x) - unseen_y) ** 2)),
    )


def sparse_problem(
    rows: int = 40, inputs: int = 20, useful: int = 4, noise: float = 1.0, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Return (X (rows, inputs), y (rows,), w (inputs,)): only the first `useful` weights aren't 0."""
    rng = np.random.default_rng(seed)
    weight = np.zeros(inputs)
    weight[:useful] = rng.choice([-1, 1], useful) * rng.uniform(1, 3, useful)
    x = rng.normal(size=(rows, inputs))
    return x, x @ weight + noise * rng.normal(size=rows), weight


def ridge_path(x: ArrayLike, y: ArrayLike, lambdas: ArrayLike) -> Array:
    """Return the minimisers (L, d) of half the mean squared error + λ ‖w‖² / 2. X (N, d), y (N,), lambdas (L,) >= 0."""
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    values, vectors = np.linalg.eigh(a.T @ a / len(a))
    pulled = vectors.T @ (a.T @ b / len(a))
    return pulled / (values + np.asarray(lambdas, dtype=np.float64)[:, None]) @ vectors.T


def lasso_path(x: ArrayLike, y: ArrayLike, lambdas: ArrayLike, *, steps: int = 500) -> Array:
    """Return the minimisers (L, d) of half the mean squared error + λ ‖w‖₁, exactly 0 where L1 puts a weight to 0.

    Proximal gradient steps with momentum, all λ at once (FISTA, Beck and Teboulle 2009). Arguments as in `ridge_path`.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    hessian, pulled = a.T @ a / len(a), a.T @ b / len(a)
    lr = 1 / np.linalg.eigvalsh(hessian)[-1]
    shrink = lr * np.asarray(lambdas, dtype=np.float64)[:, None]
    w = ahead = np.zeros((len(shrink), a.shape[1]))
    momentum = 1.0
    for _ in range(steps):
        moved = ahead - lr * (ahead @ hessian - pulled)
        last, w = w, np.sign(moved) * np.maximum(np.abs(moved) - shrink, 0)
        momentum, before = (1 + np.sqrt(1 + 4 * momentum**2)) / 2, momentum
        ahead = w + (before - 1) / momentum * (w - last)
    return w
