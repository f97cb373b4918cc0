"""The KL divergence as a loss: a network's softmax drawn to a given distribution, as in distillation."""

import numpy as np

from demos.explorers.losses.groups import LIKELIHOOD
from demos.frame import controls, figures
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import Page, View
from demos.frame.words import lines, tex
from zoo.lab import activations, information


def add(page: Page) -> None:
    """Lay out the tab."""
    with page.tab("kl", T("KL loss", "KL 损失"), LIKELIHOOD):
        page.explore(
            kl_loss,
            T(
                "Softmax drawn to a distribution p, as a small net is to the answers of a large one.",
                "让 softmax 逼近一个分布 p，就像让小网络逼近大网络的回答。",
            ),
            weights=controls.numbers(T("Weights of p", "p 的权重"), [0.5, 0.2, 0.3], count=(2, 8), limit=1000),
            logits=controls.numbers("Logits z", [1, 0, -1], count=(2, 8), limit=100),
        )


def kl_loss(weights: list[float], logits: list[float]) -> View:
    """KL divergence from softmax(logits) to weights divided by their sum: loss, reverse, gradient (by the logits)."""
    if len(weights) != len(logits) or min(weights) < 0 or sum(weights) == 0:
        raise ValueError(
            T(
                f"expected {len(logits)} weights, none negative and not all 0",
                f"需要 {len(logits)} 个非负且不全为 0 的权重",
            )
        )
    p, q = information.distribution(weights), activations.softmax(logits)
    gradient = q - p
    numbers = {
        "loss": float(information.kl_divergence(p, q)),
        "reverse": float(information.kl_divergence(q, p)),
        "gradient": gradient.tolist(),
    }
    summary = T(
        f"The loss is {number(numbers['loss'])} nats; the other way round, from q to p, it would be "
        f"{number(numbers['reverse'])}. "
        f"The largest pull on a logit is {number(float(np.abs(gradient).max()), 3)}; it is 0 where q is p.",
        f"损失为 {number(numbers['loss'])} 纳特；反过来从 q 到 p 则为 {number(numbers['reverse'])}。"
        f"对 logit 的最大梯度为 {number(float(np.abs(gradient).max()), 3)}；q 等于 p 时为 0。",
    )
    formula = lines(
        rf"D_{{\text{{KL}}}}(p \,\|\, q) = \sum_i p_i \log \frac{{p_i}}{{q_i}} = H(p, q) - H(p) = {tex(numbers['loss'])}",
        r"q = \operatorname{softmax}(z), \qquad \frac{\partial D}{\partial z_i} = q_i - p_i",
        rf"\frac{{\partial D}}{{\partial z_0}} = {tex(q[0])} - {tex(p[0])} = {tex(gradient[0])}",
    ) + T(
        "It differs from cross entropy by H(p), which no weight of the network changes: the gradients are the same. "
        '`nn.KLDivLoss` takes log q first and, with `reduction="mean"`, divides by all elements: `batchmean` is the divergence.',
        "它与交叉熵只差 H(p)，网络的权重改变不了它，所以梯度相同。"
        '`nn.KLDivLoss` 的第一个参数是 log q，`reduction="mean"` 会除以元素总数：'
        "`batchmean` 才是散度。",
    )
    names = [str(i) for i in range(len(p))]
    table = figures.table(
        ["i", "p", "z", "q", "q − p"], [[names[i], p[i], logits[i], q[i], gradient[i]] for i in range(len(p))]
    )
    return View(lambda: _bars(p, q, gradient, names), summary, _program(weights, logits), numbers, table, formula)


def _bars(p: np.ndarray, q: np.ndarray, gradient: np.ndarray, names: list[str]) -> str:
    left = figures.bars([(COLOURS[0], p), (COLOURS[1], q)], (0, 1), names=names, labels=("i", "p, q"))
    right = figures.bars([(COLOURS[3], gradient)], (-1, 1), names=names, labels=("i", "q − p"))
    right.axhline(0, color=figures.MUTED)
    return figures.legend((COLOURS[0], T("p, the target", "p，目标")), (COLOURS[1], "q = softmax(z)")) + figures.row(
        figures.svg(left, T("The two distributions", "两个分布"), caption=T("Distributions", "分布")),
        figures.svg(right, T("Gradient by the logits", "对 logits 的梯度"), caption=T("Gradient q − p", "梯度 q − p")),
    )


def _program(weights: list[float], logits: list[float]) -> str:
    return f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
p = torch.tensor({[float(v) for v in weights]})
p = p / p.sum()
z = torch.tensor({[float(v) for v in logits]}, requires_grad=True)
loss = F.kl_div(F.log_softmax(z, dim=0), p, reduction="sum")
loss.backward()
q = torch.softmax(z.detach(), dim=0)
print("loss:", loss.item())
print("reverse:", (torch.xlogy(q, q) - torch.xlogy(q, p)).sum().item())
print("gradient:", *z.grad.tolist())
"""
