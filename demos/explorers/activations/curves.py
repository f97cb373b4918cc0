"""Activation functions by value and derivative, and the softmax of a vector."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, listed, put, tex
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
FLAT = 0.05
"""Slope in size below which a unit hardly learns."""


WHEN = T(
    "When to use which: ReLU or a relative of it in hidden layers; sigmoid and tanh saturate, so gradients vanish in "
    "deep nets, but a "
    "shallow net may use any. In the last layer sigmoid for yes or no, softmax for one class of many (both are part "
    "of the loss in "
    "PyTorch), nothing for a number.",
    "何时用哪个：隐藏层用 ReLU 及其变体；sigmoid 和 tanh 会饱和，在深层网络中梯度消失，浅层网络则用哪个都行。"
    "最后一层：是非问题用 sigmoid，"
    "多类之一用 softmax（在 PyTorch 中两者都包含在损失函数里），预测数值则不用。",
)


def activation(functions: list[str], probe: float, leak: float, weight: float, alpha: float, shade: bool) -> View:
    """Values and derivatives of activation functions at one point: {function: [value, derivative]}."""
    parameters = {"leaky_relu": leak, "prelu": weight, "elu": alpha}
    at = {name: [float(v[0]) for v in lab.curve(name, [probe], parameters.get(name))] for name in functions}
    table = figures.table(
        ["", f"f({number(probe)})", f"f′({number(probe)})", T("largest |f′|", "最大 |f′|"), "PyTorch"],
        [
            [
                figures.swatch(COLOUR[name], TITLES[name]),
                *at[name],
                lab.largest_derivative(name, parameters.get(name)),
                f"<code>{expression(name, parameters)}</code>",
            ]
            for name in functions
        ],
    )
    return View(
        lambda: _curves(at, probe, parameters, shade),
        _slopes(at, probe),
        _activation_snippet(at, probe, parameters),
        at,
        table,
        _activation_formula(at, probe, parameters),
    )


def _curves(at: dict[str, list[float]], probe: float, parameters: dict[str, float], shade: bool) -> str:
    x = np.linspace(-6, 6, 481)
    panels = []
    for which, (caption, symbol, limits) in enumerate(((VALUE, "f(x)", (-2, 3)), (DERIVATIVE, "f′(x)", (-0.25, 1.25)))):
        axes = figures.panel((-6, 6), limits, labels=("x", symbol))
        axes.axvline(probe, color=MUTED, dashes=(3, 3))
        for name, values in at.items():
            curve = lab.curve(name, x, parameters.get(name))[which]
            for zone in lab.zones(name, -6, 6, parameters.get(name)) if shade else ():
                flat = (x >= zone.start) & (x <= zone.end)
                axes.plot(
                    x[flat], curve[flat], color=COLOUR[name], linewidth=11, alpha=0.45 if zone.kind == "dead" else 0.18
                )
            axes.plot(x, curve, color=COLOUR[name])
            axes.plot([probe], [values[which]], "o", color=COLOUR[name], markersize=7)
        alt = f"{caption}: {', '.join(TITLES[name] for name in at)}"
        panels.append(figures.svg(axes, alt, caption=caption, extra=figures.handle(axes, "probe")))
    return figures.legend(*((COLOUR[name], TITLES[name]) for name in at)) + figures.row(*panels)


def expression(name: str, parameters: dict[str, float]) -> str:
    """Return an activation of x as PyTorch code."""
    return lab.ACTIVATIONS[name].torch.format(parameter=parameters.get(name))


def _slopes(at: dict[str, list[float]], probe: float) -> str:
    if not at:
        return T("Choose a function to see its curve.", "请选择一个函数来查看曲线。")
    sizes = {name: abs(slope) for name, (_, slope) in at.items()}
    most = max(sizes.values())
    steepest = listed([TITLES[name] for name, size in sizes.items() if size >= most * (1 - 1e-9)])
    text = T(
        f"At x = {number(probe)} the steepest is {steepest}: backpropagation multiplies a gradient by "
        f"{number(most, 3)} in size. ",
        f"在 x = {number(probe)} 处，最陡的是 {steepest}：反向传播把梯度的大小乘以 {number(most, 3)}。",
    )
    flat = [TITLES[name] for name, size in sizes.items() if size < FLAT]
    if flat:
        text += T(
            f"Less than {FLAT:g} of it passes through {listed(flat)}: a unit that sits there hardly learns.",
            f"通过 {listed(flat)} 的不到 {FLAT:g} 倍：停在那里的单元几乎学不动。",
        )
    return text


def _activation_formula(at: dict[str, list[float]], probe: float, parameters: dict[str, float]) -> str:
    rows = []
    for name, (value, slope) in at.items():
        function, parameter = lab.ACTIVATIONS[name], {"a": parameters[name]} if name in parameters else {}
        title = rf"\text{{{TITLES[name]}}}"
        filled = put(function.formula, {"x": probe} | parameter)
        rows.append(rf"{title}(x) = {put(function.formula, parameter)} = {filled} = {tex(value)}")
        rows.append(rf"{title}'(x) = {put(function.slope, parameter)} = {tex(slope)}")
    return (lines(*rows) if rows else "") + WHEN


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
    best = int(np.argmax(p))
    summary = T(
        f"At temperature {number(temperature)} class {best} gets p = {number(p[best])}; the entropy is "
        f"{number(entropy)} nats of at "
        f"most {number(np.log(len(p)))}. The lower the temperature, the more goes to the largest logit; the higher, "
        f"the more alike "
        "all classes become.",
        f"温度为 {number(temperature)} 时，类别 {best} 的概率为 {number(p[best])}；熵为 {number(entropy)} 纳特，最大可能为 "
        f"{number(np.log(len(p)))}。温度越低，越集中于最大的 logit；温度越高，各类越接近。",
    )
    jacobian = lab.softmax_jacobian(logits, temperature)
    table = figures.table(
        ["i", "z", "p", *(f"∂pᵢ/∂z<sub>{j}</sub>" for j in range(len(p)))],
        [[str(i), logits[i], p[i], *jacobian[i].round(4)] for i in range(len(p))],
    )
    snippet = f"""import torch

z = torch.tensor({logits}, dtype=torch.float64)
p = torch.softmax(z / {temperature}, dim=0)
print("p:", *p.tolist())
print("entropy:", torch.special.entr(p).sum().item())
"""
    formula = lines(
        rf"p_{best} = \frac{{e^{{z_{best} / T}}}}{{\sum_j e^{{z_j / T}}}} = {_share(logits, temperature, best)} = {tex(p[best])}",
        r"\frac{\partial p_i}{\partial z_j} = \frac{p_i\,([i = j] - p_j)}{T}",
        rf"\frac{{\partial p_{best}}}{{\partial z_{best}}} = \frac{{{tex(p[best])}\,(1 - {tex(p[best])})}}{{{tex(temperature)}}}"
        f" = {tex(jacobian[best, best])}",
    )
    numbers = {"p": p.tolist(), "entropy": entropy}
    return View(lambda: _heat(logits, temperature, p), summary, snippet, numbers, table, formula)


def _share(logits: list[float], temperature: float, i: int) -> str:
    def power(z: float) -> str:
        return f"e^{{{tex(z)}}}" if temperature == 1 else f"e^{{{tex(z)} / {tex(temperature)}}}"

    return rf"\frac{{{power(logits[i])}}}{{{' + '.join(map(power, logits))}}}"


def _heat(logits: list[float], temperature: float, p: np.ndarray) -> str:
    bars = figures.bars(
        [([COLOURS[i % 8] for i in range(len(p))], p)], (0, 1), names=_from_zero(len(p)), labels=("i", "p")
    )
    heat = np.geomspace(0.05, 20, 121)
    axes = figures.panel((0.05, 20), (0, 1), labels=("T", "p"), log="x")
    for i, curve in enumerate(lab.softmax(logits, heat[:, None]).T):
        axes.plot(heat, curve, color=COLOURS[i % 8])
    axes.axvline(temperature, color=MUTED, dashes=(3, 3))
    return figures.row(
        figures.svg(bars, T("Bars of the probabilities", "概率的条形图"), caption=T("Probabilities", "概率")),
        figures.svg(
            axes,
            T("Probabilities by temperature", "概率随温度的变化"),
            caption=T("As the temperature changes", "随温度变化"),
            extra=figures.handle(axes, "temperature"),
        ),
    )


def _from_zero(many: int) -> list[str]:
    return [str(i) for i in range(many)]
