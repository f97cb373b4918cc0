"""What depth does with an activation function between the layers, to gradients, and without one."""

import numpy as np

from demos.explorers.activations.curves import COLOUR, TITLES, expression
from demos.frame import figures
from demos.frame.figures import COLOURS, INK, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import aside, count, lines, listed, term, tex
from zoo.lab import activations as lab

MOST_FACTORS = 5
"""Factors of a product that are written out."""
STRAIGHT = 1e-9
"""How far a curve may be from a straight line and still count as one."""


def depth(stack: list[str], layers: int, x0: float, w: float) -> View:
    """What is left of a gradient after n units f(w x), one after another: {function: [output, gradient]}."""
    chains = {name: lab.chain(name, [x0], layers, weight=w) for name in stack}
    numbers = {name: [float(each.values[-1, 0]), float(each.derivatives[-1, 0])] for name, each in chains.items()}
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
    formula = _product(stack[0], chains[stack[0]], w) if stack else ""
    return View(lambda: _chains(chains, layers, x0, w), _left(numbers, layers), snippet, numbers, formula=formula)


def _chains(chains: dict[str, lab.Chain], layers: int, x0: float, w: float) -> str:
    steps, x = np.arange(layers + 1), np.linspace(-4, 4, 161)
    left = figures.panel((0, figures.limit(layers)), (1e-12, 1e4), labels=("n", "∂xₙ/∂x₀"), log="y", whole="x")
    left.axhline(1, color=MUTED, dashes=(3, 3))
    right = figures.panel((-4, 4), (-2, 4), labels=("x₀", "xₙ"))
    for name, chain in chains.items():
        left.plot(steps, np.abs(chain.derivatives[:, 0]), "o-", color=COLOUR[name], markersize=4, hold=True)
        right.plot(x, lab.chain(name, x, layers, weight=w).values[-1], color=COLOUR[name])
        right.plot([x0], chain.values[-1], "o", color=COLOUR[name], markersize=7)
    return figures.legend(*((COLOUR[name], TITLES[name]) for name in chains)) + figures.row(
        figures.svg(
            left,
            T("Gradient left, by depth", "各深度剩余的梯度"),
            caption=T("Gradient left after n layers", "n 层之后剩下的梯度"),
        ),
        figures.svg(
            right,
            T("Output of the chain by its input", "链的输出随输入的变化"),
            caption=T("What the whole chain computes", "整条链计算的函数"),
            extra=figures.handle(right, "x0"),
        ),
    )


def _left(numbers: dict[str, list[float]], layers: int) -> str:
    if not numbers:
        return T("Choose a function.", "请选择一个函数。")
    shares = listed([aside(number(slope, 3), TITLES[name]) for name, (_, slope) in numbers.items()])
    return T(
        f"After {count(layers, 'layer')} the gradient at the input is that at the output times {shares}. Factors below 1 in size "
        "make it vanish, factors above 1 make it explode.",
        f"经过 {layers} 层之后，输入处的梯度是输出处的 {shares} 倍。每层的因子小于 1 则梯度消失，大于 1 则梯度爆炸。",
    )


def _product(name: str, chain: lab.Chain, w: float) -> str:
    """Return the chain rule for one function, with its factors where they are few."""
    layers = len(chain.values) - 1
    factors = [float(w * lab.curve(name, w * chain.values[k])[1][0]) for k in range(layers)]
    shown = [term(f, 3) for f in factors]
    if layers > MOST_FACTORS:
        shown = [*shown[: MOST_FACTORS - 1], r"\cdots", shown[-1]]
    product = r" \cdot ".join(shown)
    return lines(
        r"x_k = f(w\,x_{k-1})",
        r"\frac{\partial x_n}{\partial x_0} = \prod_{k=1}^{n} w\,f'(w\,x_{k-1})",
        rf"\text{{{TITLES[name]}}}: \quad {product} = {tex(float(chain.derivatives[-1, 0]), 3)}",
    )


def _defaults() -> dict[str, float]:
    return {name: activation.default for name, activation in lab.ACTIVATIONS.items()}


def collapse(between: str, hidden: int, seed: int) -> View:
    """Two affine layers, and the one that they amount to without an activation: {"weight", "bias", "difference"}."""
    layers = lab.random_layers(hidden, seed)
    weight, bias = (float(part.ravel()[0]) for part in lab.collapse(*layers))
    x = np.linspace(-4, 4, 241)
    bare, bent = lab.two_layers(x[:, None], *layers)[:, 0], lab.two_layers(x[:, None], *layers, between)[:, 0]
    difference = float(np.abs(bare - (x * weight + bias)).max())
    bends = np.abs(np.diff(bent, 2)).max() > STRAIGHT
    line = f"y = {number(weight)} x {'−' if bias < 0 else '+'} {number(abs(bias))}"
    units = count(hidden, "hidden unit draws", "hidden units draw")
    summary = T(
        f"Without an activation {units} the straight line {line}, which one layer draws just as well (they differ by "
        f"{number(difference, 2)} at most). ",
        f"没有激活函数时，{hidden} 个隐藏单元画出的仍是直线 {line}，一层就能画出（最大相差 {number(difference, 2)}）。",
    ) + (
        T(f"{TITLES[between]} between them bends it.", f"中间加上 {TITLES[between]}，线就弯了。")
        if bends
        else T(
            f"{TITLES[between]} between them bends it only beyond this range of x.",
            f"中间加上 {TITLES[between]}，线在此范围之外才会弯。",
        )
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
    formula = lines(
        r"(x W_1 + b_1) W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2)",
        rf"W_1 W_2 = {tex(weight)}, \qquad b_1 W_2 + b_2 = {tex(bias)}",
    )
    numbers = {"weight": weight, "bias": bias, "difference": round(difference, 12)}
    return View(lambda: _three(x, bare, x * weight + bias, bent, between), summary, snippet, numbers, formula=formula)


def _three(x: np.ndarray, bare: np.ndarray, one: np.ndarray, bent: np.ndarray, between: str) -> str:
    low, high = np.floor(min(bare.min(), bent.min())), np.ceil(max(bare.max(), bent.max()))
    axes = figures.panel((-4, 4), (float(low), float(high)), labels=("x", "y"), size=(440, 300))
    axes.plot(x, bare, color=COLOURS[0], linewidth=6, alpha=0.35)
    axes.plot(x, one, color=INK, linewidth=1.5, dashes=(5, 4))
    axes.plot(x, bent, color=COLOURS[1])
    return figures.legend(
        (COLOURS[0], T("two layers, nothing between", "两层，中间没有激活函数")),
        (INK, T("one layer", "一层")),
        (COLOURS[1], T(f"two layers with {TITLES[between]} between", f"两层，中间用 {TITLES[between]}")),
    ) + figures.row(figures.svg(axes, T("Three functions of x", "x 的三个函数")))
