"""Weight decay on a regression with more inputs than rows."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, tex
from zoo.lab import regularization
from zoo.lab.regularization import Decay

TEST_ROWS, BATCH_SIZE, EPOCHS = 100, 5, 100
LOSSES = (1e-6, 1e3)
TRAIN, TEST, PLAIN = COLOURS[0], COLOURS[1], MUTED


def weight_decay(lambd: float, rows: int, inputs: int, lr: float, version: str, seed: int) -> View:
    """Losses and the weight's length after 100 epochs under weight decay: train_loss, test_loss, norm."""
    decayed, plain = (_trained(each, rows, inputs, lr, version, seed) for each in (lambd, 0.0))
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
    summary = _lengths(decayed, plain, lambd) + _losses(decayed, rows, inputs)
    return View(lambda: _curves(decayed, plain), summary, snippet, numbers, table, _shrinkage(decayed, lambd, lr, rows))


def _curves(decayed: Decay, plain: Decay) -> str:
    epochs = np.arange(EPOCHS + 1)
    left = figures.panel((0, EPOCHS), LOSSES, labels=("", "L"), log="y", whole="x")
    for run, style in ((plain, {"linewidth": 1.2, "dashes": (3, 3)}), (decayed, {})):
        for colour, losses in ((TRAIN, run.train_losses), (TEST, run.test_losses)):
            left.plot(epochs, losses, color=colour, hold=True, **style)
    tallest = 5.0 * np.ceil(max(decayed.norms[0], 1) * 1.2 / 5)
    right = figures.panel((0, EPOCHS), (0, tallest), labels=("", "‖w‖"), whole="x")
    right.plot(epochs, plain.norms, color=PLAIN, linewidth=1.5, dashes=(3, 3))
    right.plot(epochs, decayed.norms, color=COLOURS[2])
    return figures.legend(
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
            T("Length of the weight by epoch", "各轮的权重 L2 范数"),
            caption=T("Length of the weight, by epoch", "权重的 L2 范数（按轮）"),
        ),
    )


def _shrinkage(decayed: Decay, lambd: float, lr: float, rows: int) -> str:
    """Return the step as shrinkage, with its factor for one step and for all."""
    steps = EPOCHS * -(-rows // BATCH_SIZE)
    factor = 1 - lr * lambd
    return lines(
        r"L(w) = \frac{1}{2 |B|} \sum_{i \in B} (x_i^\top w + b - y_i)^2 + \frac{\lambda}{2} \lVert w \rVert^2",
        r"w \leftarrow w - \eta\,(g + \lambda w) = (1 - \eta \lambda)\,w - \eta\,g",
        rf"1 - \eta \lambda = 1 - {tex(lr)} \cdot {tex(lambd)} = {tex(factor, 6)}, \qquad"
        rf" {tex(factor, 6)}^{{{steps}}} = {tex(factor**steps, 3)}",
    ) + T(
        "The bias is not decayed: it sets a level and multiplies no input, so shrinking it only shifts all "
        "predictions towards 0. "
        "`weight_decay` on all parameters decays it too; parameter groups leave it out.",
        "偏置不衰减：它只决定整体水平，不乘以任何输入，缩小它只会让所有预测偏向 0。对全部参数使用 `weight_decay` "
        "也会衰减偏置，用参数组可以把它排除。",
    )


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


def _lengths(decayed: Decay, plain: Decay, lambd: float) -> str:
    """Say how the weight's length changed with decay and without."""
    first, last, without = (float(norm) for norm in (decayed.norms[0], decayed.norms[-1], plain.norms[-1]))
    if not np.isfinite(last):
        return T(
            f"With λ = {number(lambd)} the weight grows beyond all bounds: the steps are too large. ",
            f"λ = {number(lambd)} 时，权重无限增大：步子太大。",
        )
    change = T("shrinks", "减小") if last < first else T("grows", "增大")
    text = T(
        f"With λ = {number(lambd)} the weight {change} from a length of {number(first, 3)} to {number(last, 3)}",
        f"λ = {number(lambd)} 时，权重的 L2 范数从 {number(first, 3)} {change}到 {number(last, 3)}",
    )
    if lambd == 0:
        return text + T(". ", "。")
    return text + T(
        f"; without decay it ends at {number(without, 3)}, {without / first:.0%} of where it began. ",
        f"；没有衰减时最后为 {number(without, 3)}，是开始时的 {without / first:.0%}。",
    )


def _losses(decayed: Decay, rows: int, inputs: int) -> str:
    train, test = (number(losses[-1], 3) for losses in (decayed.train_losses, decayed.test_losses))
    text = T(
        f"The training loss ends at {train}, the test loss at {test}.", f"训练损失最终为 {train}，测试损失为 {test}。"
    )
    if rows >= inputs:
        return text
    return f"{text} " + T(
        f"{count(rows, 'row')} cannot fix {count(inputs, 'weight')}: the start and the decay decide about the rest.",
        f"{rows} 行数据确定不了 {inputs} 个权重：其余的由初始值和衰减决定。",
    )


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
