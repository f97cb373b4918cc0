"""What depth does with an activation function between the layers, to gradients, and without one."""

import numpy as np

from demos.explorers.activations.curves import COLOUR, TITLES, expression
from demos.frame import figures
from demos.frame.figures import COLOURS, INK, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import activations as lab


def depth(stack: list[str], layers: int, x0: float, w: float) -> View:
    """What is left of a gradient after n units f(w x), one after another: {function: [output, gradient]}."""
    steps = np.arange(layers + 1)
    left, axes = figures.panel((0, figures.limit(layers)), (1e-12, 1e4), labels=("n", "∂xₙ/∂x₀"), log="y")
    axes.axhline(1, color=MUTED, linewidth=1, dashes=(3, 3))
    x = np.linspace(-4, 4, 161)
    right, plane = figures.panel((-4, 4), (-2, 4), labels=("x₀", "xₙ"))
    numbers = {}
    for name in stack:
        chain = lab.chain(name, [x0], layers, weight=w)
        numbers[name] = [float(chain.values[-1, 0]), float(chain.derivatives[-1, 0])]
        axes.plot(
            steps,
            np.clip(np.abs(chain.derivatives[:, 0]), 1e-12, 1e4),
            "o-",
            color=COLOUR[name],
            markersize=3,
            linewidth=2,
        )
        plane.plot(
            x, np.clip(lab.chain(name, x, layers, weight=w).values[-1], -99, 99), color=COLOUR[name], linewidth=2
        )
        plane.plot(x0, numbers[name][0], "o", color=COLOUR[name], markersize=7)
    picture = figures.legend(*((COLOUR[name], TITLES[name]) for name in stack)) + figures.row(
        figures.svg(
            left,
            T("Gradient left, by depth", "各深度剩余的梯度"),
            caption=T("Gradient left after n layers", "n 层之后剩下的梯度"),
        ),
        figures.svg(
            right,
            T("Output of the chain by its input", "链的输出随输入的变化"),
            caption=T("What the whole chain computes", "整条链计算的函数"),
            extra=figures.handle(plane, "x0"),
        ),
    )
    told = (
        T("Choose a function.", "请选择一个函数。")
        if not stack
        else "; ".join(
            T(f"{TITLES[name]} leaves {number(slope, 3)}", f"{TITLES[name]} 剩下 {number(slope, 3)}")
            for name, (_, slope) in numbers.items()
        )
    )
    summary = told + T(
        f" of the gradient after {layers} layers. Below 1 at every layer it vanishes, above 1 it explodes.",
        f"（{layers} 层之后的梯度）。每层都小于 1 则梯度消失，大于 1 则梯度爆炸。",
    )
    functions = "".join(f'    "{name}": lambda x: {expression(name, _defaults())},\n' for name in stack)
    snippet = f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
functions = {{
{functions}}}
for name, f in functions.items():
    x0 = torch.tensor([{x0}], requires_grad=True)
    x = x0
    for layer in range({layers}):
        x = f({w} * x)
    (slope,) = torch.autograd.grad(x, x0)
    print(f"{{name}}:", x.item(), slope.item())
"""
    return View(picture, summary, snippet, numbers)


def _defaults() -> dict[str, float]:
    return {name: activation.default for name, activation in lab.ACTIVATIONS.items()}


def collapse(between: str, hidden: int, seed: int) -> View:
    """Two affine layers, and the one that they amount to without an activation: {"weight", "bias", "difference"}."""
    layers = lab.random_layers(hidden, seed)
    weight, bias = lab.collapse(*layers)
    x = np.linspace(-4, 4, 241)
    bare, bent = lab.two_layers(x[:, None], *layers)[:, 0], lab.two_layers(x[:, None], *layers, between)[:, 0]
    one = x * weight[0, 0] + bias[0]
    difference = float(np.abs(bare - one).max())
    low, high = np.floor(min(bare.min(), bent.min())), np.ceil(max(bare.max(), bent.max()))
    figure, axes = figures.panel((-4, 4), (float(low), float(high)), labels=("x", "y"), size=(560, 320))
    axes.plot(x, bare, color=COLOURS[0], linewidth=6, alpha=0.35, solid_capstyle="butt")
    axes.plot(x, one, color=INK, linewidth=1.5, dashes=(5, 4))
    axes.plot(x, bent, color=COLOURS[1], linewidth=2)
    picture = figures.legend(
        (COLOURS[0], T("two layers, nothing between", "两层，中间没有激活函数")),
        (INK, T("one layer", "一层")),
        (COLOURS[1], T(f"two layers with {TITLES[between]} between", f"两层，中间用 {TITLES[between]}")),
    ) + figures.row(figures.svg(figure, T("Three functions of x", "x 的三个函数")))
    summary = T(
        f"Without an activation {hidden} hidden units draw the straight line y = {number(weight[0, 0])} x + "
        f"{number(bias[0])}, which one layer draws just as well (they differ by {difference:.1e} at most). "
        f"{TITLES[between]} between them bends it.",
        f"没有激活函数时，{hidden} 个隐藏单元画出的仍是直线 y = {number(weight[0, 0])} x + {number(bias[0])}，"
        f"一层就能画出（最大相差 {difference:.1e}）。中间加上 {TITLES[between]}，线就弯了。",
    )
    snippet = f"""import numpy as np
import torch

rng = np.random.default_rng({seed})
scale = 1.5 / np.sqrt({hidden})
draws = [rng.normal(size=(1, {hidden})), rng.normal(size={hidden})]
draws += [scale * rng.normal(size=({hidden}, 1)), rng.normal(size=1)]
W1, b1, W2, b2 = map(torch.from_numpy, draws)

weight, bias = W1 @ W2, b1 @ W2 + b2  # one layer for two
x = torch.linspace(-4, 4, 241, dtype=torch.float64)[:, None]
difference = ((x @ W1 + b1) @ W2 + b2 - (x @ weight + bias)).abs().max()
print("weight:", weight.item())
print("bias:", bias.item())
print("difference:", round(difference.item(), 12))
"""
    numbers = {"weight": float(weight[0, 0]), "bias": float(bias[0]), "difference": round(difference, 12)}
    return View(picture, summary, snippet, numbers)
