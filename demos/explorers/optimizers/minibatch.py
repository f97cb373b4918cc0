"""Batch, stochastic and minibatch gradient descent on one regression: what the batch size does to the path."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import minibatch
from zoo.lab.minibatch import Descent

ROWS = 200
BOX = ((-1.5, 4.5), (-5.5, 1.5))
MOST_POINTS = 500
"""Points of a trail that are drawn: a longer one is thinned."""


def batches(batch_size: int, lr: float, epochs: int, seed: int) -> View:
    """Where SGD on 200 rows ends with three batch sizes: {"batch" or "minibatch" or "stochastic": [w1, w2, loss]}."""
    features, labels = _problem()
    sizes = {"batch": ROWS, "minibatch": batch_size, "stochastic": 1}
    runs = {
        name: minibatch.descend(features, labels, batch_size=size, lr=lr, epochs=epochs, seed=seed)
        for name, size in sizes.items()
    }
    titles = {
        "batch": T(f"batch ({ROWS} rows)", f"批量（{ROWS} 行）"),
        "minibatch": T(f"minibatch ({batch_size})", f"小批量（{batch_size} 行）"),
        "stochastic": T("stochastic (1 row)", "随机（1 行）"),
    }
    colours = dict(zip(runs, (COLOURS[3], COLOURS[0], COLOURS[1])))
    order = ("stochastic", "minibatch", "batch")
    frames = min(MOST_POINTS, epochs * ROWS)
    figure, axes = figures.panel(*BOX)
    figure.frame = _contours()
    paths = figures.paths(axes, [(colours[name], _frames(runs[name], frames)) for name in order])
    curve, plane = figures.panel((0, figures.limit(epochs)), (0.1, 100), labels=("", "L"), log="y")
    falls = figures.paths(plane, [(colours[name], _fall(runs[name], frames)) for name in order])
    picture = figures.legend(*((colours[name], titles[name]) for name in runs)) + figures.row(
        figures.svg(figure, T("Paths of the two weights", "两个权重的路径"), caption=T("Weights", "权重"), extra=paths),
        figures.svg(
            curve,
            T("Loss by the number of rows seen", "损失随所见行数的变化"),
            caption=T("Loss on all rows, by epoch", "全部数据上的损失（按轮）"),
            extra=falls,
        ),
    )
    numbers = {name: [*run.weights[-1].tolist(), float(run.losses[-1])] for name, run in runs.items()}
    table = figures.table(
        ["", T("updates", "更新次数"), "w₁", "w₂", "L"],
        [[titles[name], len(run.weights) - 1, *numbers[name]] for name, run in runs.items()],
    )
    best = minibatch.best_weights(features, labels)
    least = float(minibatch.loss(features, labels, best))
    summary = T(
        f"The least loss possible is {number(least)}, at w = ({number(best[0], 3)}, {number(best[1], 3)}). In {epochs} "
        f"passes over the data the batch takes {epochs} smooth steps, single rows {epochs * ROWS} noisy ones that never "
        "settle while the rate stays the same; a minibatch is between.",
        f"可能的最小损失为 {number(least)}，在 w = ({number(best[0], 3)}, {number(best[1], 3)})。遍历数据 {epochs} 遍，"
        f"批量走 {epochs} 个平稳的大步，单行走 {epochs * ROWS} 个嘈杂的小步，学习率不变就不会停稳；小批量介于两者之间。",
    )
    return View(picture + figures.player(frames), summary, _program(sizes, lr, epochs, seed), numbers, table)


@lru_cache(maxsize=1)
def _problem() -> tuple[np.ndarray, np.ndarray]:
    return minibatch.problem(ROWS)


@lru_cache(maxsize=1)
def _contours() -> str:
    features, labels = _problem()
    figure, axes = figures.panel(*BOX, labels=("w₁", "w₂"))
    w1, w2 = (np.linspace(*limits, 60) for limits in BOX)
    loss = minibatch.loss(features, labels, np.stack(np.meshgrid(w1, w2), axis=-1))
    axes.contour(
        w1, w2, loss, np.geomspace(loss.min() * 1.1, loss.max(), 12), colors=COLOURS[0], alpha=0.4, linewidths=1
    )
    axes.plot(*minibatch.best_weights(features, labels), "+", color=figures.INK, markersize=11, markeredgewidth=2)
    return figures.backdrop(figure)


def _moments(run: Descent, frames: int) -> np.ndarray:
    """Return for each frame, evenly in rows seen, the update reached by then, (frames + 1,)."""
    return np.searchsorted(run.seen, np.linspace(0, run.seen[-1], frames + 1) + 1e-9, side="right") - 1


def _frames(run: Descent, frames: int) -> np.ndarray:
    return run.weights[_moments(run, frames)]


def _fall(run: Descent, frames: int) -> np.ndarray:
    at = _moments(run, frames)
    return np.column_stack([run.seen[at] / ROWS, np.clip(run.losses[at], 1e-9, 1e9)])


def _program(sizes: dict[str, int], lr: float, epochs: int, seed: int) -> str:
    w1, w2 = minibatch.TRUE_WEIGHTS
    return f"""import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(0)
X = torch.from_numpy(rng.normal(size=({ROWS}, 2)) * (1.0, 0.5))
y = X @ torch.tensor([{w1}, {w2}]) + torch.from_numpy(rng.normal(size={ROWS}))

for name, batch_size in {sizes}.items():
    rng = np.random.default_rng({seed})
    w = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr={lr})
    for epoch in range({epochs}):
        for rows in torch.from_numpy(rng.permutation({ROWS})).split(batch_size):
            optimizer.zero_grad()
            loss = ((X[rows] @ w - y[rows]) ** 2).mean() / 2
            loss.backward()
            optimizer.step()
    print(f"{{name}}:", *w.tolist(), ((X @ w - y) ** 2).mean().item() / 2)
"""
