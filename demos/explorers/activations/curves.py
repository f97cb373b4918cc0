"""Activation functions by value and derivative, and the softmax of a vector."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import activations as lab
from zoo.lab import information

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
COLOUR = dict(zip(TITLES, COLOURS))
VALUE, DERIVATIVE = T("Value", "函数值"), T("Derivative", "导数")


def activation(functions: list[str], probe: float, leak: float, weight: float, alpha: float, shade: bool) -> View:
    """Values and derivatives of activation functions at one point: {function: [value, derivative]}."""
    parameters = {"leaky_relu": leak, "prelu": weight, "elu": alpha}
    x = np.linspace(-6, 6, 481)
    at = {name: [float(v[0]) for v in lab.curve(name, [probe], parameters.get(name))] for name in functions}
    panels = []
    for which, (caption, symbol, limits) in enumerate(((VALUE, "f(x)", (-2, 3)), (DERIVATIVE, "f′(x)", (-0.25, 1.25)))):
        figure, axes = figures.panel((-6, 6), limits, labels=("x", symbol))
        axes.axvline(probe, color=MUTED, linewidth=1, dashes=(3, 3))
        for name in functions:
            curve = lab.curve(name, x, parameters.get(name))[which]
            for zone in lab.zones(name, -6, 6, parameters.get(name)) if shade else ():
                flat = (x >= zone.start) & (x <= zone.end)
                glow = {"linewidth": 11, "alpha": 0.45 if zone.kind == "dead" else 0.18, "solid_capstyle": "butt"}
                axes.plot(x[flat], curve[flat], color=COLOUR[name], **glow)
            axes.plot(x, curve, color=COLOUR[name], linewidth=2)
            axes.plot(probe, at[name][which], "o", color=COLOUR[name], markersize=7)
        alt = f"{caption}: {', '.join(TITLES[name] for name in functions)}"
        panels.append(figures.svg(figure, alt, caption=caption, extra=figures.handle(axes, "probe")))
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in functions))
    table = figures.table(
        ["", f"f({number(probe)})", f"f′({number(probe)})", T("largest f′", "最大 f′"), "PyTorch"],
        [
            [
                figures.swatch(COLOUR[name], TITLES[name]),
                *at[name],
                lab.largest_derivative(name, parameters.get(name)),
                _call(name, parameters),
            ]
            for name in functions
        ],
    )
    return View(legend + figures.row(*panels), _tell(at, probe), _activation_snippet(at, probe, parameters), at, table)


def expression(name: str, parameters: dict[str, float]) -> str:
    """Return an activation of x as PyTorch code."""
    return lab.ACTIVATIONS[name].torch.format(parameter=parameters.get(name))


def _call(name: str, parameters: dict[str, float]) -> str:
    return f"<code>{expression(name, parameters)}</code>"


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
    functions = "".join(f'    "{name}": lambda x: {expression(name, parameters)},\n' for name in at)
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


def softmax(logits: list[float], temperature: float) -> View:
    """The softmax of a vector divided by a temperature: {"p": probabilities, "entropy": in nats}."""
    p = lab.softmax(logits, temperature)
    entropy = float(information.entropy(p))
    bars, _ = figures.bars([([COLOURS[i % 8] for i in range(len(p))], p)], (0, 1), labels=("i", "p"))
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
        ["i", "z", "p", *(f"∂pᵢ/∂z<sub>{j + 1}</sub>" for j in range(len(p)))],
        [[str(i + 1), logits[i], p[i], *jacobian[i].round(4)] for i in range(len(p))],
    )
    snippet = f"""import torch

z = torch.tensor({logits}, dtype=torch.float64)
p = torch.softmax(z / {temperature}, dim=0)
print("p:", *p.tolist())
print("entropy:", torch.special.entr(p).sum().item())
"""
    return View(picture, summary, snippet, {"p": p.tolist(), "entropy": entropy}, table)
