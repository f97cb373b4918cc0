"""The functions that optimizers are raced on: value, gradient, minimum, where to start, what part to draw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

WAVE = 0.15 * np.pi
"""The c of x cos(c x)."""


@dataclass(frozen=True)
class Objective:
    """A function of one or two variables, float64, on arrays of points (..., dims).

    value: (..., dims) -> (...); gradient: (..., dims) -> (..., dims), the hand-derived one;
    torch: the value of a tensor x (dims,) as a PyTorch expression; formula: the same in LaTeX;
    start: a point worth starting from; box: (low, high) of each variable, the part worth drawing;
    minimum: the lowest point (within the box, where there is none); lr: a rate at which gradient descent gets there;
    twin: another point just as low; curvature: the largest second derivative there is, where it is bounded;
    bounded: whether there is a lowest value at all.
    """

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    torch: str
    formula: str
    start: tuple[float, ...]
    box: tuple[tuple[float, float], ...]
    minimum: tuple[float, ...]
    lr: float
    twin: tuple[float, ...] = ()
    curvature: float | None = None
    bounded: bool = True

    @property
    def minima(self) -> list[tuple[float, ...]]:
        """The lowest points."""
        return [self.minimum, *([self.twin] if self.twin else [])]

    @property
    def least(self) -> float:
        """The lowest value."""
        return float(self.value(np.array(self.minimum)))

    @property
    def dims(self) -> int:
        return len(self.start)


def _quadratic(curvature1: float, curvature2: float, *, lr: float) -> Objective:
    """Return a x₁² + b x₂², the notes' two-dimensional example."""
    scale = np.array([curvature1, curvature2])
    a, b = (f"{c:g} * " if c != 1 else "" for c in scale)
    return Objective(
        lambda x: x**2 @ scale,
        lambda x: 2 * scale * x,
        f"{a}x[0] ** 2 + {b}x[1] ** 2",
        f"{a}x_1^2 + {b}x_2^2".replace(" * ", r"\,"),
        start=(-5.0, -2.0),
        box=((-5.5, 1.5), (-3.0, 3.0)),
        minimum=(0.0, 0.0),
        lr=lr,
        curvature=2 * max(curvature1, curvature2),
    )


def _wave_gradient(x: Array) -> Array:
    return np.cos(WAVE * x) - WAVE * x * np.sin(WAVE * x)


def _ravine_gradient(x: Array) -> Array:
    along = 0.05 * (x[..., 0] + x[..., 1])
    across = 5.0 * (x[..., 0] - x[..., 1])
    return np.stack([along + across, along - across], axis=-1)


def _saddle_gradient(x: Array) -> Array:
    return np.stack([2 * x[..., 0], x[..., 1] ** 3 - 2 * x[..., 1]], axis=-1)


def _rosenbrock_gradient(x: Array) -> Array:
    gap = x[..., 1] - x[..., 0] ** 2
    return np.stack([-2 * (1 - x[..., 0]) - 400 * x[..., 0] * gap, 200 * gap], axis=-1)


def _beale_terms(x: Array) -> tuple[Array, Array, Array]:
    a, b = x[..., 0], x[..., 1]
    return 1.5 - a + a * b, 2.25 - a + a * b**2, 2.625 - a + a * b**3


def _beale(x: Array) -> Array:
    r1, r2, r3 = _beale_terms(x)
    return r1**2 + r2**2 + r3**2


def _beale_gradient(x: Array) -> Array:
    a, b = x[..., 0], x[..., 1]
    r1, r2, r3 = _beale_terms(x)
    by_a = 2 * (r1 * (b - 1) + r2 * (b**2 - 1) + r3 * (b**3 - 1))
    by_b = 2 * a * (r1 + 2 * r2 * b + 3 * r3 * b**2)
    return np.stack([by_a, by_b], axis=-1)


OBJECTIVES: dict[str, Objective] = {
    "square": Objective(
        lambda x: x[..., 0] ** 2,
        lambda x: 2 * x,
        "x[0] ** 2",
        "x^2",
        start=(10.0,),
        box=((-11.0, 11.0),),
        minimum=(0.0,),
        lr=0.2,
        curvature=2.0,
    ),
    "wave": Objective(
        lambda x: x[..., 0] * np.cos(WAVE * x[..., 0]),
        _wave_gradient,
        "x[0] * torch.cos(0.15 * torch.pi * x[0])",
        r"x\,\cos(0.15\,\pi x)",
        start=(10.0,),
        box=((-11.0, 11.0),),
        minimum=(7.269388150,),
        lr=0.1,
        bounded=False,
    ),
    "plateau": Objective(
        lambda x: x[..., 0] ** 2 / (1 + x[..., 0] ** 2),
        lambda x: 2 * x / (1 + x**2) ** 2,
        "x[0] ** 2 / (1 + x[0] ** 2)",
        r"\frac{x^2}{1 + x^2}",
        start=(5.0,),
        box=((-8.0, 8.0),),
        minimum=(0.0,),
        lr=1.0,
    ),
    "bowl": _quadratic(1.0, 2.0, lr=0.1),
    "stretched": _quadratic(0.1, 2.0, lr=0.4),
    "ravine": Objective(
        lambda x: 0.025 * (x[..., 0] + x[..., 1]) ** 2 + 2.5 * (x[..., 0] - x[..., 1]) ** 2,
        _ravine_gradient,
        "0.025 * (x[0] + x[1]) ** 2 + 2.5 * (x[0] - x[1]) ** 2",
        r"0.025\,(x_1 + x_2)^2 + 2.5\,(x_1 - x_2)^2",
        start=(-4.0, -2.0),
        box=((-5.0, 2.0), (-4.0, 2.0)),
        minimum=(0.0, 0.0),
        lr=0.15,
        curvature=10.0,
    ),
    "saddle": Objective(
        lambda x: x[..., 0] ** 2 - x[..., 1] ** 2 + x[..., 1] ** 4 / 4,
        _saddle_gradient,
        "x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4",
        r"x_1^2 - x_2^2 + x_2^4 / 4",
        start=(1.5, 0.001),
        box=((-2.0, 2.0), (-2.2, 2.2)),
        minimum=(0.0, float(np.sqrt(2))),
        lr=0.1,
        twin=(0.0, -float(np.sqrt(2))),
    ),
    "rosenbrock": Objective(
        lambda x: (1 - x[..., 0]) ** 2 + 100 * (x[..., 1] - x[..., 0] ** 2) ** 2,
        _rosenbrock_gradient,
        "(1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2",
        r"(1 - x_1)^2 + 100\,(x_2 - x_1^2)^2",
        start=(-1.2, 1.0),
        box=((-2.0, 2.0), (-1.0, 3.0)),
        minimum=(1.0, 1.0),
        lr=0.001,
    ),
    "beale": Objective(
        _beale,
        _beale_gradient,
        "(1.5 - x[0] + x[0] * x[1]) ** 2 + (2.25 - x[0] + x[0] * x[1] ** 2) ** 2"
        " + (2.625 - x[0] + x[0] * x[1] ** 3) ** 2",
        r"(1.5 - x_1 + x_1 x_2)^2 + (2.25 - x_1 + x_1 x_2^2)^2 + (2.625 - x_1 + x_1 x_2^3)^2",
        start=(1.0, 1.5),
        box=((-1.0, 4.5), (-2.0, 2.0)),
        minimum=(3.0, 0.5),
        lr=0.01,
    ),
    "rastrigin": Objective(
        lambda x: 10 * x.shape[-1] + np.sum(x**2 - 10 * np.cos(2 * np.pi * x), axis=-1),
        lambda x: 2 * x + 20 * np.pi * np.sin(2 * np.pi * x),
        "20 + (x ** 2 - 10 * torch.cos(2 * torch.pi * x)).sum()",
        r"20 + \sum_i (x_i^2 - 10 \cos 2 \pi x_i)",
        start=(-3.3, 2.4),
        box=((-5.0, 5.0), (-5.0, 5.0)),
        minimum=(0.0, 0.0),
        lr=0.002,
    ),
}
"""By name; square to stretched are the notes', rastrigin has many minima.

Rosenbrock 1960, Beale 1958, Rastrigin 1974. The saddle is at the origin, between two minima."""


def find(name: str) -> Objective:
    """Return an objective by name. Raises ValueError on an unknown one."""
    if name not in OBJECTIVES:
        raise ValueError(f"unknown function {name!r}; expected one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]


def line(objective: Objective, count: int = 400) -> tuple[Array, Array]:
    """Return (x, f(x)), each (count,), over the box of a function of one variable."""
    x = np.linspace(*objective.box[0], count)
    return x, objective.value(x[:, None])


def surface(objective: Objective, count: int = 80, box: ArrayLike | None = None) -> tuple[Array, Array, Array]:
    """Return (x₁ (count,), x₂ (count,), z (count, count)) with z[i, j] = f(x₁[j], x₂[i]), as `contour` takes them.

    box ((low, high), (low, high)): the part to draw, the objective's own where None.
    """
    ranges = np.asarray(objective.box if box is None else box, dtype=np.float64)
    x1, x2 = (np.linspace(low, high, count) for low, high in ranges)
    return x1, x2, objective.value(np.stack(np.meshgrid(x1, x2), axis=-1))


def contour_levels(z: ArrayLike, count: int = 15) -> Array:
    """Return `count` increasing levels, close together near the lowest value of z, where the minimum is."""
    heights = np.asarray(z, dtype=np.float64)
    low, high = heights.min(), heights.max()
    return low + (high - low) * np.linspace(0.03, 1, count) ** 3
