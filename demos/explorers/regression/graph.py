"""Backpropagation by single operations: a net 2-2-1 as a graph, gone through forwards, backwards, and then an update."""

from demos.explorers.activations.curves import TITLES
from demos.explorers.regression import drawing
from demos.frame import figures
from demos.frame.controls import choice, powers, slider
from demos.frame.figures import number
from demos.frame.language import T
from demos.frame.layout import Page, View
from demos.frame.words import lines, listed, term, tex
from zoo.lab import graph as lab

FORWARD = len(lab.OPERATIONS)
LAST = 2 * FORWARD + 1
"""The step that updates the weights; before it come as many backwards as forwards."""
FUNCTIONS = ("sigmoid", "tanh", "relu")
LOSSES = {
    "squared": T("squared error (y − t)²", "平方误差 (y − t)²"),
    "cross-entropy": T("cross entropy of the logit y", "logit y 的交叉熵"),
}
NAMES = drawing.NAMES


def add(page: Page) -> None:
    """Lay out the tab."""
    inputs, weights = T("Inputs and target", "输入与目标"), T("Weights at the start", "初始权重")
    first = {"w11": 0.8, "w12": -0.5, "b1": 0.1, "w21": -0.4, "w22": 0.9, "b2": 0.0, "v1": 1.2, "v2": -0.7, "c": 0.2}
    with page.tab("steps", T("Step by step", "逐步反向传播")):
        page.explore(
            backpropagation,
            T(
                "One operation at a time: step forwards to the loss, then backwards, until every weight has its gradient.",
                "一次一个运算：先一步步前向算出损失，再一步步反向，直到每个权重都得到梯度。",
            ),
            step=slider(T("Step", "步"), FORWARD + 3, 0, LAST, 1),
            activation=choice(T("Activation", "激活函数"), [(TITLES[name], name) for name in FUNCTIONS], "sigmoid"),
            loss=choice(T("Loss", "损失"), [(title, name) for name, title in LOSSES.items()], "squared"),
            lr=powers(T("Learning rate", "学习率"), 0.5, 0.01, 2),
            updates=slider(T("Updates made before", "之前已更新的次数"), 0, 0, 10, 1),
            x1=slider("x₁", 1.0, -3, 3, 0.1, fold=inputs),
            x2=slider("x₂", 0.5, -3, 3, 0.1, fold=inputs),
            target=slider(T("Target t", "目标 t"), 1.0, 0, 1, 0.05, fold=inputs),
            **{name: slider(NAMES[name], value, -5, 5, 0.1, fold=weights) for name, value in first.items()},
        )


def backpropagation(
    step: int,
    activation: str,
    loss: str,
    lr: float,
    updates: int,
    x1: float,
    x2: float,
    target: float,
    **weights: float,
) -> View:
    """A net 2-2-1 after updates: loss, y, gradients (w11, w12, w21, w22, b1, b2, v1, v2, c), inputs (gradients), next (loss)."""
    net = lab.Net(activation, loss, target)
    start = {"x1": x1, "x2": x2, **weights}
    leaves = lab.updated(net, start, lr, updates)
    values = leaves | lab.forward(net, leaves)
    back = lab.backward(net, values)
    after = lab.updated(net, leaves, lr)
    gradients = back[-1].gradients
    numbers = {
        "loss": values["L"],
        "y": values["y"],
        "gradients": [gradients[name] for name in lab.WEIGHTS],
        "inputs": [gradients[name] for name in lab.INPUTS],
        "next": lab.forward(net, after)["L"],
    }
    if step <= FORWARD:
        summary, formula = _forward(net, values, step)
    elif step < LAST:
        summary, formula = _backward(net, values, back, step)
    else:
        summary, formula = _update(leaves, gradients, after, numbers, lr)
    made = T(f" Updates made: {updates}.", f"已更新 {updates} 次。") if updates else ""
    table = _table(leaves, gradients, after) if step >= LAST - 1 else ""
    return View(
        lambda: drawing.picture(net, values, back, step, TITLES[activation]),
        summary + made,
        _program(net, start, lr, updates),
        numbers,
        table,
        lines(*formula),
    )


def _counted(step: int, way: tuple[str, str], en: str, zh: str) -> str:
    """Return what happens in a step, after its number and its way."""
    return T(f"Step {step} of {LAST}, {way[0]}: {en}", f"第 {step} 步（共 {LAST} 步），{way[1]}：{zh}")


def _forward(net: lab.Net, values: lab.Numbers, step: int) -> tuple[str, list[str]]:
    """Return the words and the formulas of a step on the way to the loss."""
    way = ("forward", "前向")
    if step == 0:
        known = "the inputs, the weights and the target are known; nothing is computed yet."
        return _counted(0, way, known, "输入、权重和目标已知，还没有计算任何东西。"), [_whole(net)]
    operation = lab.OPERATIONS[step - 1]
    name, inputs = operation.name, operation.inputs
    result, given = number(values[name], 3), [number(values[each], 3) for each in inputs]
    if operation.kind == "product":
        a, b = (NAMES[each] for each in inputs)
        words = (
            f"the product {a} · {b} of {given[0]} and {given[1]} is {result}.",
            f"{given[0]} 与 {given[1]} 的乘积 {a} · {b} 是 {result}。",
        )
        symbols, terms = r"\, ".join(map(_tex, inputs)), r" \cdot ".join(term(values[each]) for each in inputs)
        formula = rf"{_tex(name)} = {symbols} = {terms}"
    elif operation.kind == "sum":
        words = (
            f"the sum {NAMES[name]} of {given[0]}, {given[1]} and {given[2]} is {result}.",
            f"{given[0]}、{given[1]} 与 {given[2]} 之和 {NAMES[name]} 是 {result}。",
        )
        symbols, terms = " + ".join(map(_tex, inputs)), " + ".join(term(values[each]) for each in inputs)
        formula = rf"{_tex(name)} = {symbols} = {terms}"
    elif operation.kind == "activation":
        title = TITLES[net.activation]
        words = (
            f"{title} makes {NAMES[name]} = {result} of {NAMES[inputs[0]]} = {given[0]}.",
            f"{title} 把 {NAMES[inputs[0]]} = {given[0]} 变成 {NAMES[name]} = {result}。",
        )
        formula = rf"{_tex(name)} = f({_tex(inputs[0])}) = f({tex(values[inputs[0]])})"
    else:
        words = (
            f"the loss of y = {given[0]} where t = {number(net.target, 3)} is {result}.",
            f"y = {given[0]}、t = {number(net.target, 3)} 时损失是 {result}。",
        )
        formula = _loss(net)
    return _counted(step, way, *words), [rf"{formula} = {tex(values[name])}"]


def _backward(net: lab.Net, values: lab.Numbers, back: list[lab.Backward], step: int) -> tuple[str, list[str]]:
    """Return the words and the formulas of a step on the way back."""
    now = back[step - FORWARD - 1]
    before: lab.Numbers = back[step - FORWARD - 2].gradients if step > FORWARD + 1 else {}
    operation, inputs = now.operation, now.operation.inputs
    arrived, slopes = number(now.arrived, 3), [number(slope, 3) for slope in now.slopes]
    passed = [number(each, 3) for each in now.passed]
    if operation.kind == "loss":
        words = (
            f"at y = {number(values['y'], 3)} the loss has slope {slopes[0]}: that is the gradient of y.",
            f"在 y = {number(values['y'], 3)} 处损失的斜率是 {slopes[0]}，这就是 y 的梯度。",
        )
    elif operation.kind == "sum":
        names = listed([NAMES[each] for each in inputs])
        words = (
            f"the gradient {arrived} arrives at the sum {NAMES[operation.name]}, which hands it on unchanged to {names}.",
            f"梯度 {arrived} 传到和 {NAMES[operation.name]}，原样传给 {names}。",
        )
    elif operation.kind == "product":
        a, b = (NAMES[each] for each in inputs)
        words = (
            f"the gradient {arrived} arrives at the product {a} · {b}. It goes on to {a} times {slopes[0]}, which is "
            f"{passed[0]}, and to {b} times {slopes[1]}, which is {passed[1]}.",
            f"梯度 {arrived} 传到乘积 {a} · {b}。传给 {a} 时乘以 {slopes[0]}，得 {passed[0]}；"
            f"传给 {b} 时乘以 {slopes[1]}，得 {passed[1]}。",
        )
        if b in [NAMES[each] for each in before]:
            both = number(now.gradients[inputs[1]], 3)
            words = (
                f"{words[0]} With what came by the other unit {b} has {both}.",
                f"{words[1]}加上经另一个单元传来的，{b} 共得 {both}。",
            )
    else:
        title = TITLES[net.activation]
        words = (
            f"the gradient {arrived} arrives at {NAMES[operation.name]}. {title} has slope {slopes[0]} at {NAMES[inputs[0]]} = "
            f"{number(values[inputs[0]], 3)}, so {passed[0]} goes on.",
            f"梯度 {arrived} 传到 {NAMES[operation.name]}。{title} 在 {NAMES[inputs[0]]} = {number(values[inputs[0]], 3)} "
            f"处的斜率是 {slopes[0]}，于是传下去 {passed[0]}。",
        )
    return _counted(step, ("backward", "反向"), *words), _chain(net, now)


def _chain(net: lab.Net, now: lab.Backward) -> list[str]:
    """Return the chain rule at an operation, a line for each number that it passes a gradient to."""
    operation = now.operation
    made = r"\frac{\partial L}{\partial %s}"
    if operation.kind == "loss":
        return [f"L = {_loss(net)[4:]}", rf"{made % 'y'} = {_loss_slope(net)} = {tex(now.slopes[0])}"]
    local = {"product": None, "sum": "1", "activation": f"f'({_tex(operation.inputs[0])})"}[operation.kind]
    rows = []
    for i, (name, slope, passed) in enumerate(zip(operation.inputs, now.slopes, now.passed)):
        symbol = local or _tex(operation.inputs[1 - i])
        left = rf"{made % _tex(name)} {'=' if name not in lab.INPUTS else chr(92) + 'leftarrow'}"
        rows.append(
            rf"{left} {made % _tex(operation.name)} \cdot {symbol} = {term(now.arrived)} \cdot {term(slope)} = {tex(passed)}"
        )
    return rows


def _update(
    leaves: lab.Numbers, gradients: lab.Numbers, after: lab.Numbers, numbers: dict, lr: float
) -> tuple[str, list[str]]:
    """Return the words and the formulas of the last step."""
    old, new = number(numbers["loss"], 3), number(numbers["next"], 3)
    words = _counted(
        LAST,
        ("update", "更新"),
        f"each weight moves against its gradient, by {number(lr)} times it; the loss goes from {old} to {new}.",
        f"每个权重沿梯度的反方向移动，移动量是梯度的 {number(lr)} 倍；损失从 {old} 变为 {new}。",
    )
    if not numbers["next"] <= numbers["loss"]:
        words += T(" It has grown: the step was too large.", "损失变大了：步子迈得太大。")
    example = rf"v_1 \leftarrow {tex(leaves['v1'])} - {tex(lr)} \cdot {term(gradients['v1'])} = {tex(after['v1'])}"
    return words, [r"w \leftarrow w - \eta\, \frac{\partial L}{\partial w}", example]


def _table(leaves: lab.Numbers, gradients: lab.Numbers, after: lab.Numbers) -> str:
    head = [T("weight", "权重"), T("value", "值"), T("gradient", "梯度"), T("after the update", "更新之后")]
    return figures.table(head, [[NAMES[name], leaves[name], gradients[name], after[name]] for name in lab.WEIGHTS])


def _tex(name: str) -> str:
    return f"{name[0]}_{{{name[1:]}}}" if name[1:] else name


def _whole(net: lab.Net) -> str:
    return rf"h_i = f(w_{{i1}} x_1 + w_{{i2}} x_2 + b_i), \qquad y = v_1 h_1 + v_2 h_2 + c, \qquad {_loss(net)}"


def _loss(net: lab.Net) -> str:
    if net.loss == "squared":
        return r"L = (y - t)^2"
    return r"L = \log(1 + e^y) - t\, y"


def _loss_slope(net: lab.Net) -> str:
    return "2\\,(y - t)" if net.loss == "squared" else r"\sigma(y) - t"


def _program(net: lab.Net, start: lab.Numbers, lr: float, updates: int) -> str:
    """Return a program that lets autograd do it."""
    function = {"sigmoid": "torch.sigmoid", "tanh": "torch.tanh", "relu": "torch.relu"}[net.activation]
    loss = "F.mse_loss" if net.loss == "squared" else "F.binary_cross_entropy_with_logits"
    order = ("w11", "w12", "w21", "w22"), ("b1", "b2"), ("v1", "v2"), ("c",)
    w, b, v, c = ([start[name] for name in names] for names in order)
    return f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
x = torch.tensor([{start["x1"]}, {start["x2"]}], requires_grad=True)
t = torch.tensor({net.target})
W = torch.tensor([{w[:2]}, {w[2:]}], requires_grad=True)
b = torch.tensor({b}, requires_grad=True)
v = torch.tensor({v}, requires_grad=True)
c = torch.tensor({c[0]}, requires_grad=True)


def forward():
    y = v @ {function}(W @ x + b) + c
    return y, {loss}(y, t)


optimizer = torch.optim.SGD([W, b, v, c], lr={lr})
for _ in range({updates}):
    optimizer.zero_grad()
    forward()[1].backward()
    optimizer.step()
optimizer.zero_grad()
x.grad = None
y, loss = forward()
loss.backward()
print("loss:", loss.item())
print("y:", y.item())
print("gradients:", *W.grad.flatten().tolist(), *b.grad.tolist(), *v.grad.tolist(), c.grad.item())
print("inputs:", *x.grad.tolist())
optimizer.step()
print("next:", forward()[1].item())
"""
