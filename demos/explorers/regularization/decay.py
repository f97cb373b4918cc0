"""Weight decay on a regression with more inputs than rows."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import regularization
from zoo.lab.regularization import Decay

TEST_ROWS, BATCH_SIZE, EPOCHS = 100, 5, 100
LOSSES = (1e-6, 1e3)
TRAIN, TEST, PLAIN = COLOURS[0], COLOURS[1], MUTED


def weight_decay(lambd: float, rows: int, inputs: int, lr: float, version: str, seed: int) -> View:
    """Losses and the weight's length after 100 epochs under weight decay: train_loss, test_loss, norm."""
    decayed, plain = (_trained(each, rows, inputs, lr, version, seed) for each in (lambd, 0.0))
    epochs = np.arange(EPOCHS + 1)
    left, axes = figures.panel((0, EPOCHS), LOSSES, labels=("", "L"), log="y")
    for run, style in ((plain, {"linewidth": 1.2, "dashes": (3, 3)}), (decayed, {"linewidth": 2})):
        for colour, losses in ((TRAIN, run.train_losses), (TEST, run.test_losses)):
            axes.plot(epochs, np.clip(losses, *LOSSES), color=colour, **style)
    tallest = 5.0 * np.ceil(max(decayed.norms[0], 1) * 1.2 / 5)
    right, plane = figures.panel((0, EPOCHS), (0, tallest), labels=("", "‖w‖"))
    plane.plot(epochs, np.clip(plain.norms, 0, 2 * tallest), color=PLAIN, linewidth=1.5, dashes=(3, 3))
    plane.plot(epochs, np.clip(decayed.norms, 0, 2 * tallest), color=COLOURS[2], linewidth=2)
    picture = figures.legend(
        (TRAIN, T("training loss", "训练损失")),
        (TEST, T("test loss", "测试损失")),
        (COLOURS[2], "‖w‖"),
        (PLAIN, T("dashed: λ = 0", "虚线：λ = 0")),
    ) + figures.row(
        figures.svg(
            left,
            T("Training and test loss by epoch, with and without decay", "各轮的训练与测试损失，有衰减与无衰减"),
            caption=T("Loss, by epoch", "损失（按轮）"),
        ),
        figures.svg(
            right,
            T("Length of the weight by epoch", "各轮的权重长度"),
            caption=T("Length of the weight, by epoch", "权重的长度（按轮）"),
        ),
    )
    numbers = {
        "train_loss": float(decayed.train_losses[-1]),
        "test_loss": float(decayed.test_losses[-1]),
        "norm": float(decayed.norms[-1]),
    }
    table = figures.table(
        ["", T("training loss", "训练损失"), T("test loss", "测试损失"), "‖w‖"],
        [
            [name, *(float(column[-1]) for column in run)]
            for name, run in ((f"λ = {number(lambd)}", decayed), ("λ = 0", plain))
        ],
    )
    snippet = _program(lambd, rows, inputs, lr, version, seed)
    return View(picture, _tell(decayed, plain, lambd, rows, inputs), snippet, numbers, table)


@lru_cache(maxsize=256)
def _trained(lambd: float, rows: int, inputs: int, lr: float, version: str, seed: int) -> Decay:
    return regularization.weight_decay(
        lambd,
        rows=rows,
        inputs=inputs,
        test_rows=TEST_ROWS,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        lr=lr,
        concise=version == "concise",
        seed=seed,
    )


def _tell(decayed: Decay, plain: Decay, lambd: float, rows: int, inputs: int) -> str:
    first, last, without = (number(norm, 3) for norm in (decayed.norms[0], decayed.norms[-1], plain.norms[-1]))
    train, test = number(decayed.train_losses[-1], 3), number(decayed.test_losses[-1], 3)
    told = T(
        f"With λ = {number(lambd)} the weight shrinks from a length of {first} to {last}; without decay it ends at {without}, "
        f"most of which it had at the start. The training loss ends at {train}, the test loss at {test}.",
        f"λ = {number(lambd)} 时，权重的长度从 {first} 缩到 {last}；没有衰减时为 {without}，其中大部分是初始值留下的。"
        f"训练损失最终为 {train}，测试损失为 {test}。",
    )
    if rows < inputs:
        told += " " + T(
            f"{rows} rows cannot fix {inputs} weights: decay decides about the rest.",
            f"{rows} 行数据确定不了 {inputs} 个权重：其余的由衰减决定。",
        )
    return told


def _program(lambd: float, rows: int, inputs: int, lr: float, version: str, seed: int) -> str:
    concise = version == "concise"
    bias, half = ("rng.normal()", "") if concise else ("0.0", " / 2")
    return f"""import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng({seed})
X = torch.from_numpy(rng.normal(size=({rows + TEST_ROWS}, {inputs})))
y = 0.05 + 0.01 * X.sum(dim=1) + 0.01 * torch.from_numpy(rng.normal(size={rows + TEST_ROWS}))
w = torch.from_numpy(rng.normal(size={inputs})).requires_grad_()
b = torch.tensor({bias}, requires_grad=True)
optimizer = torch.optim.SGD([{{"params": [w], "weight_decay": {lambd}}}, {{"params": [b]}}], lr={lr})
for epoch in range({EPOCHS}):
    for batch in torch.from_numpy(rng.permutation({rows})).split({BATCH_SIZE}):
        optimizer.zero_grad()
        loss = ((X[batch] @ w + b - y[batch]) ** 2).mean(){half}
        loss.backward()
        optimizer.step()

losses = (X @ w + b - y) ** 2 / 2
print("train_loss:", losses[:{rows}].mean().item())
print("test_loss:", losses[{rows}:].mean().item())
print("norm:", w.norm().item())
"""
