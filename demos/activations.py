"""Activation functions: curves and derivatives, softmax, what depth does to gradients, and why a net needs them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr
import numpy as np

from demos import controls, figures, ui
from demos.figures import COLOURS, INK, MUTED, number
from demos.language import T
from zoo.lab import activations as lab

TITLES = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
OPTIONS = [(title, name) for name, title in TITLES.items()]
COLOUR = dict(zip(TITLES, COLOURS))
VALUE, DERIVATIVE = T("Value", "函数值"), T("Derivative", "导数")


def activation(functions: list[str], probe: float, leak: float, weight: float, alpha: float, shade: bool) -> ui.View:
    """Values and derivatives of activation functions at one point: {function: [value, derivative]}."""
    parameters = {"leaky_relu": leak, "prelu": weight, "elu": alpha}
    x = np.linspace(-6, 6, 481)
    at = {name: [float(v) for v in lab.curve(name, probe, parameters.get(name))] for name in functions}
    panels = []
    for which, (caption, symbol, limits) in enumerate(((VALUE, "f(x)", (-2, 3)), (DERIVATIVE, "f′(x)", (-0.25, 1.25)))):
        figure, axes = figures.panel((-6, 6), limits, labels=("x", symbol))
        axes.axvline(probe, color=MUTED, linewidth=1, dashes=(3, 3))
        for name in functions:
            curve = lab.curve(name, x, parameters.get(name))[which]
            for zone in lab.zones(name, -6, 6, parameters.get(name)) if shade else ():
                flat = (x >= zone.start) & (x <= zone.end)
                alpha = 0.45 if zone.kind == "dead" else 0.18
                axes.plot(x[flat], curve[flat], color=COLOUR[name], linewidth=11, alpha=alpha, solid_capstyle="butt")
            axes.plot(x, curve, color=COLOUR[name], linewidth=2)
            axes.plot(probe, at[name][which], "o", color=COLOUR[name], markersize=7)
        alt = f"{caption}: {', '.join(TITLES[name] for name in functions)}"
        panels.append(figures.svg(figure, alt, caption=caption, extra=figures.handle(axes, "probe")))
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in functions))
    table = figures.table(
        ["", f"f({number(probe)})", f"f′({number(probe)})", T("largest f′", "最大 f′"), "PyTorch"],
        [
            [_swatch(name), *at[name], lab.largest_derivative(name, parameters.get(name)), _call(name, parameters)]
            for name in functions
        ],
    )
    return ui.View(
        legend + figures.row(*panels), _tell(at, probe), _activation_snippet(at, probe, parameters), at, table
    )


def _swatch(name: str) -> str:
    return f'<i style="background:var(--c{list(TITLES).index(name)})"></i>{TITLES[name]}'


def _expression(name: str, parameters: dict[str, float]) -> str:
    return lab.ACTIVATIONS[name].torch.format(parameter=parameters.get(name))


def _call(name: str, parameters: dict[str, float]) -> str:
    return f"<code>{_expression(name, parameters)}</code>"


def _tell(at: dict[str, list[float]], probe: float) -> str:
    if not at:
        return T("Choose a function to see its curve.", "请选择一个函数来查看曲线。")
    flat = [TITLES[name] for name, (_, slope) in at.items() if abs(slope) < 0.05]
    steep = max(at, key=lambda name: abs(at[name][1]))
    told = T(
        f"At x = {number(probe)} the largest share of a gradient, {at[steep][1]:.3f}, passes through {TITLES[steep]}.",
        f"在 x = {number(probe)} 处，通过 {TITLES[steep]} 的梯度最多，为 {at[steep][1]:.3f} 倍。",
    )
    if flat:
        told += " " + T(
            f"Almost nothing passes through {', '.join(flat)}: a unit that sits there hardly learns.",
            f"{'、'.join(flat)} 几乎不让梯度通过：停在那里的单元几乎学不动。",
        )
    return told


def _activation_snippet(at: dict[str, list[float]], probe: float, parameters: dict[str, float]) -> str:
    functions = "".join(f'    "{name}": lambda x: {_expression(name, parameters)},\n' for name in at)
    return f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
functions = {{
{functions}}}
for name, f in functions.items():
    x = torch.tensor([{probe}], requires_grad=True)
    y = f(x)
    (slope,) = torch.autograd.grad(y, x)
    print(f"{{name}}:", y.item(), slope.item())
"""


def softmax(logits: list[float], temperature: float) -> ui.View:
    """The softmax of a vector divided by a temperature: {"p": probabilities, "entropy": in nats}."""
    p = lab.softmax(logits, temperature)
    entropy = float(-np.sum(p * np.log(np.clip(p, 1e-300, None))))
    places = tuple(range(1, len(p) + 1))
    named = tuple(str(i) for i in places)
    bars, axes = figures.panel(
        (0.3, len(p) + 0.7), (0, 1), labels=("i", "p"), ticks=(places, None), names=(named, None)
    )
    axes.bar(places, p, 0.62, color=[COLOURS[i % 8] for i in range(len(p))])
    heat = np.geomspace(0.05, 20, 121)
    curves, axes = figures.panel((0.05, 20), (0, 1), labels=("T", "p"), log="x")
    for i, curve in enumerate(lab.softmax(logits, heat[:, None]).T):
        axes.plot(heat, curve, color=COLOURS[i % 8], linewidth=2)
    axes.axvline(temperature, color=MUTED, linewidth=1, dashes=(3, 3))
    picture = figures.row(
        figures.svg(bars, T("Bars of the probabilities", "概率的条形图"), caption=T("Probabilities", "概率")),
        figures.svg(
            curves,
            T("Probabilities by temperature", "概率随温度的变化"),
            caption=T("As the temperature changes", "随温度变化"),
        ),
    )
    best = int(np.argmax(p))
    summary = T(
        f"At temperature {temperature:g}, class {best + 1} gets {p[best]:.4f}; the entropy is {entropy:.3f} nats "
        f"of at most {np.log(len(p)):.3f}. Cold picks the largest logit, hot gives every class the same.",
        f"温度为 {temperature:g} 时，第 {best + 1} 类的概率为 {p[best]:.4f}；熵为 {entropy:.3f} 奈特，"
        f"最大可能为 {np.log(len(p)):.3f}。温度低则只选最大的一个，温度高则趋于均匀。",
    )
    jacobian = lab.softmax_jacobian(logits, temperature)
    table = figures.table(
        ["i", "z", "p", *(f"∂pᵢ/∂z<sub>{j}</sub>" for j in places)],
        [[str(i), z, q, *row] for i, z, q, row in zip(places, logits, p, jacobian.round(4))],
    )
    snippet = f"""import torch

z = torch.tensor({logits}, dtype=torch.float64)
p = torch.softmax(z / {temperature}, dim=0)
print("p:", *p.tolist())
print("entropy:", torch.special.entr(p).sum().item())
"""
    return ui.View(picture, summary, snippet, {"p": p.tolist(), "entropy": entropy}, table)


def depth(stack: list[str], layers: int, x0: float, w: float) -> ui.View:
    """What is left of a gradient after n units f(w x), one after another: {function: [output, gradient]}."""
    steps = np.arange(layers + 1)
    left, axes = figures.panel((0, layers), (1e-12, 1e4), labels=("n", "∂xₙ/∂x₀"), log="y")
    axes.axhline(1, color=MUTED, linewidth=1, dashes=(3, 3))
    x = np.linspace(-4, 4, 161)
    right, plane = figures.panel((-4, 4), (-2, 4), labels=("x₀", "xₙ"))
    numbers = {}
    for name in stack:
        chain = lab.chain(name, x0, layers, weight=w)
        numbers[name] = [float(chain.values[-1]), float(chain.derivatives[-1])]
        axes.plot(
            steps, np.clip(np.abs(chain.derivatives), 1e-12, 1e4), "o-", color=COLOUR[name], markersize=3, linewidth=2
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
    functions = "".join(f'    "{name}": lambda x: {_expression(name, _defaults())},\n' for name in stack)
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
    return ui.View(picture, summary, snippet, numbers)


def _defaults() -> dict[str, float]:
    return {name: activation.default for name, activation in lab.ACTIVATIONS.items()}


def collapse(between: str, hidden: int, seed: int) -> ui.View:
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
    return ui.View(picture, summary, snippet, numbers)


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "What each function does to a number, and to the gradient that comes back through it.",
        "每个激活函数如何改变数值，又如何改变从它反向传回的梯度。",
    )
    with ui.page(T("Activation functions", "激活函数"), lead) as page:
        with page.tab("curves", T("Curves", "曲线")):
            page.explore(
                activation,
                T(
                    "Drag the dashed line. Shaded: saturated, where the slope is below 0.05; darker: dead, where it is 0.",
                    "拖动虚线。浅色区：饱和，斜率小于 0.05；深色区：死区，斜率为 0。",
                ),
                functions=controls.choices(T("Functions", "函数"), OPTIONS, ["sigmoid", "tanh", "relu"]),
                probe=controls.slider(T("Probe x", "探针 x"), 1.0, -6, 6, 0.05),
                leak=controls.slider(T("Leaky ReLU: slope", "Leaky ReLU：斜率"), 0.1, 0, 1, 0.01),
                weight=controls.slider(T("PReLU: α", "PReLU：α"), 0.25, -1, 2, 0.01),
                alpha=controls.slider(T("ELU: α", "ELU：α"), 1.0, 0, 2, 0.01),
                shade=controls.toggle(T("Shade saturated and dead zones", "标出饱和区和死区"), True),
            )
        with page.tab("softmax", "Softmax"):
            page.explore(
                softmax,
                T(
                    "Logits of any length, and a temperature that divides them.",
                    "任意长度的 logits，以及除以它们的温度。",
                ),
                logits=controls.numbers(T("Logits z", "Logits z"), [3, 1, -3], count=(2, 8), limit=1e4),
                temperature=controls.slider(T("Temperature T", "温度 T"), 1.0, 0.05, 20, 0.05),
            )
        with page.tab("depth", T("Depth", "深度")):
            page.explore(
                depth,
                T(
                    "One unit after another: backpropagation multiplies their derivatives.",
                    "一个单元接着一个单元：反向传播把它们的导数相乘。",
                ),
                stack=controls.choices(T("Functions", "函数"), OPTIONS, ["sigmoid", "tanh", "relu"]),
                layers=controls.slider(T("Layers n", "层数 n"), 10, 1, 60, 1),
                x0=controls.slider(T("Input x₀", "输入 x₀"), 0.5, -4, 4, 0.05),
                w=controls.slider(T("Weight w of every layer", "每层的权重 w"), 1.0, -3, 3, 0.05),
            )
        with page.tab("collapse", T("Without one", "没有激活函数")):
            page.explore(
                collapse,
                T(
                    "Two affine layers in a row are one affine layer: (x W₁ + b₁) W₂ + b₂ = x (W₁W₂) + (b₁W₂ + b₂).",
                    "两个仿射层相接仍是一个仿射层：(x W₁ + b₁) W₂ + b₂ = x (W₁W₂) + (b₁W₂ + b₂)。",
                ),
                between=controls.choice(T("Activation between", "中间的激活函数"), OPTIONS, "relu"),
                hidden=controls.slider(T("Hidden units", "隐藏单元数"), 8, 1, 64, 1),
                seed=controls.slider(T("Random weights, number", "随机权重的编号"), 0, 0, 99, 1),
            )
    return page.demo


demo = build()

if __name__ == "__main__":
    ui.main(demo)
