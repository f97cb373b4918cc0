"""Batch, stochastic and minibatch gradient descent on one regression: what the batch size does to the path."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, listed, tex
from zoo.lab import minibatch
from zoo.lab.minibatch import Descent

ROWS = 200
_SEPARATOR = T(", ", "，")
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
    numbers = {name: [*run.weights[-1].tolist(), float(run.losses[-1])] for name, run in runs.items()}
    titles = _titles(batch_size)
    table = figures.table(
        ["", T("updates", "更新次数"), "w₁", "w₂", "L"],
        [[titles[name], str(len(run.weights) - 1), *numbers[name]] for name, run in runs.items()],
    )
    best = minibatch.best_weights(features, labels)
    least = float(minibatch.loss(features, labels, best))
    scatter = {size: _scatter(size) for size in (1, batch_size)}
    one, some = (number(float(scatter[size].std(axis=0).mean()), 3) for size in (1, batch_size))
    summary = (
        T(
            f"The least loss possible is {number(least)}, at w = ({number(best[0], 3)}, {number(best[1], 3)}). ",
            f"可能的最小损失为 {number(least)}，在 w = ({number(best[0], 3)}, {number(best[1], 3)})。",
        )
        + _ends(runs, least, epochs)
        + T(
            f"Gradients at the start scatter with a standard deviation of {one} for single rows and {some} for "
            f"{count(batch_size, 'row')}.",
            f"起点处，单行数据的梯度标准差为 {one}，{batch_size} 行小批量的为 {some}。",
        )
    )
    formula = lines(
        r"L(w) = \frac{1}{2n} \sum_{i=1}^{n} (x_i^\top w - y_i)^2",
        rf"w \leftarrow w - \frac{{\eta}}{{|B|}} \sum_{{i \in B}} (x_i^\top w - y_i)\,x_i, \qquad |B| = "
        rf"{batch_size},\ \eta = {tex(lr)}",
        rf"\operatorname{{sd}}(g_B) \approx \frac{{\operatorname{{sd}}(g_i)}}{{\sqrt{{|B|}}}} \sqrt{{\frac{{n - |B|}}{{n - 1}}}}"
        rf" = {tex(_expected(scatter[1], batch_size))}",
    )
    picture = lambda: _picture(runs, batch_size, epochs, scatter)  # noqa: E731
    return View(picture, summary, _program(sizes, lr, epochs, seed), numbers, table, formula)


def _titles(batch_size: int) -> dict[str, str]:
    return {
        "batch": T(f"batch ({ROWS} rows)", f"批量（{ROWS} 行）"),
        "minibatch": T(f"minibatch ({count(batch_size, 'row')})", f"小批量（{batch_size} 行）"),
        "stochastic": T("stochastic (1 row)", "随机（1 行）"),
    }


def _ends(runs: dict[str, Descent], least: float, epochs: int) -> str:
    """Say how many updates each made and how far above the least loss it ended."""
    names = {
        "batch": T("the batch", "批量"),
        "minibatch": T("the minibatches", "小批量"),
        "stochastic": T("single rows", "单行"),
    }
    grown = [name for name, run in runs.items() if not run.losses[-1] <= run.losses[0]]
    updates = _SEPARATOR.join(
        T(f"{len(run.weights) - 1:,} for {names[name]}", f"{names[name]} {len(run.weights) - 1}")
        for name, run in runs.items()
    )
    text = T(f"Updates in {count(epochs, 'epoch')}: {updates}. ", f"{epochs} 轮的更新次数：{updates}。")
    above = _SEPARATOR.join(
        T(
            f"{number(float(run.losses[-1]) - least, 3)} for {names[name]}",
            f"{names[name]} {number(float(run.losses[-1]) - least, 3)}",
        )
        for name, run in runs.items()
        if name not in grown
    )
    if above:
        text += T(f"They end above it by {above}. ", f"最后的损失高出：{above}。")
    if grown:
        text += T(
            f"At this rate the loss grows: {listed([names[name] for name in grown])}. ",
            f"在此学习率下损失增大：{listed([names[name] for name in grown])}。",
        )
    return text


@lru_cache(maxsize=ROWS)
def _scatter(batch_size: int) -> np.ndarray:
    """Return gradients at the start as minibatches of a size see them, (draws, 2)."""
    features, labels = _problem()
    return minibatch.gradients(features, labels, (0.0, 0.0), batch_size=batch_size, draws=200)


def _expected(single: np.ndarray, batch_size: int) -> float:
    """Return the spread that theory gives minibatches, drawn without replacement, from that of single rows."""
    return float(single.std(axis=0).mean() / batch_size**0.5 * ((ROWS - batch_size) / (ROWS - 1)) ** 0.5)


def _picture(runs: dict[str, Descent], batch_size: int, epochs: int, scatter: dict[int, np.ndarray]) -> str:
    titles = _titles(batch_size)
    colours = dict(zip(runs, (COLOURS[3], COLOURS[0], COLOURS[1])))
    order = ("stochastic", "minibatch", "batch")
    frames = min(MOST_POINTS, epochs * ROWS)
    axes = figures.panel(*BOX, labels=("w₁", "w₂"))
    axes.behind(_contours())
    axes.cross(*minibatch.best_weights(*_problem()))
    paths = figures.paths(axes, [(colours[name], _frames(runs[name], frames)) for name in order])
    plane = figures.panel((0, epochs), (0.1, 100), labels=("", "L"), log="y", whole="x")
    falls = figures.paths(plane, [(colours[name], _fall(runs[name], frames, plane, colours[name])) for name in order])
    cloud = figures.panel((-12, 8), (-6, 8), labels=("∂L/∂w₁", "∂L/∂w₂"))
    for size, colour in ((1, COLOURS[1]), (batch_size, COLOURS[0])):
        cloud.plot(*scatter[size].T, "o", color=colour, markersize=4, alpha=0.5)
    return (
        figures.legend(*((colours[name], titles[name]) for name in runs))
        + figures.row(
            figures.svg(
                axes, T("Paths of the two weights", "两个权重的路径"), caption=T("Weights", "权重"), extra=paths
            ),
            figures.svg(
                plane,
                T("Loss by the number of rows seen", "损失随所见行数的变化"),
                caption=T("Loss on all rows, by epoch", "全部数据上的损失（按轮）"),
                extra=falls,
            ),
            figures.svg(
                cloud,
                T("Gradients at the start, of single rows and of minibatches", "起点处单行与小批量的梯度"),
                caption=T("Gradients at the start", "起点处的梯度"),
            ),
        )
        + figures.player(frames, scale=epochs * ROWS / frames)
    )


@lru_cache(maxsize=1)
def _problem() -> tuple[np.ndarray, np.ndarray]:
    return minibatch.problem(ROWS)


@lru_cache(maxsize=1)
def _contours() -> str:
    features, labels = _problem()
    w1, w2 = (np.linspace(*limits, 60) for limits in BOX)
    loss = minibatch.loss(features, labels, np.stack(np.meshgrid(w1, w2), axis=-1))
    levels = np.geomspace(loss.min() * 1.1, loss.max(), 12)
    return figures.panel(*BOX).contour(w1, w2, loss, levels, color=COLOURS[0])


def _moments(run: Descent, frames: int) -> np.ndarray:
    """Return for each frame, evenly in rows seen, the update reached by then, (frames + 1,)."""
    return np.searchsorted(run.seen, np.linspace(0, run.seen[-1], frames + 1) + 1e-9, side="right") - 1


def _frames(run: Descent, frames: int) -> np.ndarray:
    return run.weights[_moments(run, frames)]


def _fall(run: Descent, frames: int, plane: figures.Panel, colour: str) -> np.ndarray:
    at = _moments(run, frames)
    epochs = run.seen[at] / ROWS
    return np.column_stack([epochs, plane.held(epochs, run.losses[at], colour)])


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
