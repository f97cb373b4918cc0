"""Which loss and which last layer a problem needs."""

import torch

from demos.frame import figures
from demos.frame.figures import escape
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines
from zoo.lab import losses

OUTPUTS = {
    "regression": [[0.3], [-0.8], [1.9]],
    "binary": [[0.3], [-0.8], [1.9]],
    "multi-class": [[0.3, -0.8, 1.9], [1.2, 0.1, -0.4]],
    "multi-label": [[0.3, -0.8, 1.9], [1.2, 0.1, -0.4]],
}
TARGETS = {
    "regression": [[0.5], [-1.0], [1.0]],
    "binary": [[1.0], [0.0], [1.0]],
    "multi-class": [2, 1],
    "multi-label": [[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]],
}
PROBLEMS = {
    "regression": T("a number", "一个数"),
    "binary": T("yes or no", "是或否"),
    "multi-class": T("one class of several", "多类之一"),
    "multi-label": T("any of several classes", "多类中的任意几个"),
}
EXAMPLES = {
    "regression": T("the price of a house", "房价"),
    "binary": T("is this letter spam?", "这封邮件是垃圾邮件吗？"),
    "multi-class": T("which digit is it?", "这是哪个数字？"),
    "multi-label": T("which things are in the picture?", "图中有哪些东西？"),
}
SIGNED = "nn.SoftMarginLoss()"
FORMULAS = {
    "regression": lines(
        r"\text{MSE} = \frac{1}{N} \sum_n (\hat y_n - y_n)^2",
        r"\text{Huber} = \frac{1}{N} \sum_n \begin{cases} r_n^2 / 2 & |r_n| \le \delta \\ \delta\,(|r_n| - \delta / "
        r"2) & |r_n| > \delta"
        r" \end{cases}",
    ),
    "binary": lines(
        r"\text{BCE} = -\frac{1}{N} \sum_n \left( y_n \log \sigma(z_n) + (1 - y_n) \log(1 - \sigma(z_n)) \right)",
        r"\text{soft margin} = \frac{1}{N} \sum_n \log(1 + e^{-(2 y_n - 1)\,z_n})",
    ),
    "multi-class": lines(r"L = -\frac{1}{N} \sum_n \log \operatorname{softmax}(z_n)_{y_n}"),
    "multi-label": lines(
        r"L = -\frac{1}{N C} \sum_n \sum_c \left( y_{nc} \log \sigma(z_{nc}) + (1 - y_{nc}) \log(1 - \sigma(z_{nc})) \right)"
    ),
}


def which_loss(problem: str) -> View:
    """The losses that suit a problem, on the same small outputs: {loss: value}."""
    layers = [layer for layer in losses.LAST_LAYERS if layer.problem == problem]
    outputs = torch.tensor(OUTPUTS[problem], dtype=torch.float64)
    targets = torch.tensor(TARGETS[problem], dtype=torch.int64 if problem == "multi-class" else torch.float64)
    numbers = {}
    for layer in layers:
        activation, loss = (_make(code) for code in (layer.activation, layer.loss))
        numbers[layer.loss] = loss(activation(outputs), _targets(layer, targets)).item()
    flows = "".join(_flow(layer, i == 0) for i, layer in enumerate(layers))
    best = layers[0]
    summary = T(
        f"For {PROBLEMS[problem]} ({EXAMPLES[problem]}): {best.loss} on "
        + ("what the last layer gives, with nothing after it." if "Identity" in best.activation else best.activation),
        f"预测{PROBLEMS[problem]}（{EXAMPLES[problem]}）：用 {best.loss}，最后一层之后不加激活函数。",
    )
    table = figures.table(
        [T("last layer", "最后一层"), T("loss", "损失函数"), T("targets", "目标"), T("value", "数值")],
        [[*(f"<code>{escape(code)}</code>" for code in layer[1:]), numbers[layer.loss]] for layer in layers],
    )
    pairs = "".join(f"    ({layer.activation}, {layer.loss}, {_code(layer)}),\n" for layer in layers)
    dtype = "" if problem == "multi-class" else ", dtype=torch.float64"
    snippet = f"""import torch
from torch import nn

outputs = torch.tensor({OUTPUTS[problem]}, dtype=torch.float64)
targets = torch.tensor({TARGETS[problem]}{dtype})
pairs = [
{pairs}]
for activation, loss, answers in pairs:
    print(f"nn.{{loss}}:", loss(activation(outputs), answers).item())
"""
    return View(lambda: flows, summary, snippet, numbers, table, FORMULAS[problem])


def _targets(layer: losses.LastLayer, targets: torch.Tensor) -> torch.Tensor:
    """Return targets 0 and 1 as a loss wants them: soft margin takes −1 and 1."""
    return 2 * targets - 1 if layer.loss == SIGNED else targets


def _code(layer: losses.LastLayer) -> str:
    return "2 * targets - 1" if layer.loss == SIGNED else "targets"


def _make(code: str) -> torch.nn.Module:
    """Return the module that "nn.Name()" or "nn.Name(dim=1)" stands for."""
    name, _, arguments = code.removeprefix("nn.").rstrip(")").partition("(")
    return getattr(torch.nn, name)(**{key: int(value) for key, _, value in [arguments.partition("=")] if key})


def _flow(layer: losses.LastLayer, best: bool) -> str:
    """Return the way from the last layer to the loss as a row of boxes."""
    boxes = ["nn.Linear(…)"]
    if "Identity" not in layer.activation:
        boxes.append(layer.activation)
    steps = "<b>→</b>".join(f"<code>{escape(code)}</code>" for code in [*boxes, layer.loss])
    badge = f"<em>{T('recommended', '推荐')}</em>" if best else ""
    return f'<p class="flow">{steps}{badge}</p>'
