"""Likelihood and information: a coin's likelihood, entropy and KL divergence of distributions set by hand."""

from typing import Any

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, tex
from zoo.lab import information

WEATHER = (T("sunny", "晴"), T("rain", "雨"), T("cloudy", "多云"))


def coin(heads: int, tails: int, theta: float) -> View:
    """How likely a coin with P(heads) = theta makes these tosses: {"likelihood", "nll", "best", "least"}."""
    tosses = heads + tails
    if tosses == 0:
        raise ValueError(T("toss the coin at least once", "至少抛一次硬币"))
    best = heads / tosses
    nll, least = (float(-information.log_likelihood(at, heads, tosses)) for at in (theta, best))
    likelihood = float(information.likelihood(theta, heads, tosses))
    shown = (
        T("below what float64 holds", "小于 float64 能表示的最小值")
        if likelihood == 0 < theta < 1
        else number(likelihood)
    )
    summary = T(
        f"{count(heads, 'head')} and {count(tails, 'tail')} are likeliest at θ = {number(best)}. At θ = {number(theta)} the "
        f"likelihood is {shown}, a product of {count(tosses, 'factor')}; its negative log, {number(nll)}, is a sum, which does "
        "not underflow and is as easily minimized.",
        f"{heads} 次正面、{tails} 次反面，在 θ = {number(best)} 处最可能。θ = {number(theta)} 时似然为 {shown}，"
        f"是 {tosses} 个因子的乘积；它的负对数 {number(nll)} 是一个和，不会下溢，最小化起来同样容易。",
    )
    formula = lines(
        rf"L(\theta) = \theta^h (1 - \theta)^t = {tex(theta)}^{{{heads}}} \cdot {tex(1 - theta)}^{{{tails}}} = {tex(likelihood)}",
        rf"-\log L(\theta) = -h \log \theta - t \log (1 - \theta) = {tex(nll)}",
        r"\frac{\partial (-\log L)}{\partial \theta} = -\frac{h}{\theta} + \frac{t}{1 - \theta} = 0"
        rf"\ \Rightarrow\ \hat\theta = \frac{{h}}{{h + t}} = \frac{{{heads}}}{{{tosses}}} = {tex(best)}",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)
heads, tails = {heads}, {tails}


def nll(theta):
    return -(torch.xlogy(torch.tensor(heads), theta) + torch.xlogy(torch.tensor(tails), 1 - theta))


theta, best = torch.tensor({float(theta)}), torch.tensor(heads / (heads + tails))
print("likelihood:", torch.exp(-nll(theta)).item())
print("nll:", nll(theta).item())
print("best:", best.item())
print("least:", nll(best).item())
"""
    numbers = {"likelihood": likelihood, "nll": nll, "best": best, "least": least}
    return View(lambda: _likelihoods(heads, tosses, theta, nll), summary, snippet, numbers, formula=formula)


def _likelihoods(heads: int, tosses: int, theta: float, nll: float) -> str:
    best = heads / tosses
    least = float(-information.log_likelihood(best, heads, tosses))
    grid = np.linspace(0, 1, 401)
    share = np.exp(information.log_likelihood(grid, heads, tosses) + least)
    axes = figures.panel((0, 1), (0, 1.05), labels=("θ", "L(θ) / max L"))
    axes.fill_between(grid, 0, share, color=COLOURS[0], alpha=0.15)
    axes.plot(grid, share, color=COLOURS[0])
    high = figures.limit(least + 0.75 * tosses)
    plane = figures.panel((0, 1), (0, high), labels=("θ", "−log L"))
    with np.errstate(invalid="ignore"):
        curve = -information.log_likelihood(grid, heads, tosses)
    plane.plot(grid[np.isfinite(curve)], curve[np.isfinite(curve)], color=COLOURS[1])
    for each, value, colour in ((axes, np.exp(least - nll), COLOURS[0]), (plane, nll, COLOURS[1])):
        each.axvline(best, color=MUTED, dashes=(1, 2))
        each.axvline(theta, color=MUTED, dashes=(3, 3))
        if np.isfinite(value):
            each.plot([theta], [value], "o", color=colour, markersize=8)
    return figures.row(
        figures.svg(
            axes,
            T("Likelihood by theta", "似然随 θ 的变化"),
            caption=T("Likelihood, its maximum as 1", "似然（最大值记为 1）"),
            extra=figures.handle(axes, "theta"),
        ),
        figures.svg(
            plane,
            T("Negative log-likelihood by theta", "负对数似然随 θ 的变化"),
            caption=T("Negative log-likelihood", "负对数似然"),
            extra=figures.handle(plane, "theta"),
        ),
    )


def entropy(p1: float, p2: float, p3: float, q1: float, q2: float, q3: float) -> View:
    """Entropy, cross entropy and KL divergence in nats of weights p and q, each divided by its sum."""
    if p1 + p2 + p3 == 0 or q1 + q2 + q3 == 0:
        raise ValueError(T("at least one weight of p and one of q must not be 0", "p 和 q 各至少要有一个权重不为 0"))
    p, q = information.distribution([p1, p2, p3]), information.distribution([q1, q2, q3])
    numbers: dict[str, Any] = {
        "information": information.information(p).tolist(),
        "entropy": float(information.entropy(p)),
        "cross_entropy": float(information.cross_entropy(p, q)),
        "kl": float(information.kl_divergence(p, q)),
    }
    h, cross, kl = (number(numbers[name]) for name in ("entropy", "cross_entropy", "kl"))
    bits = number(numbers["entropy"] / np.log(2))
    summary = T(
        f"The entropy of p is {h} nats ({bits} bits). Believing q costs {cross} nats on average, {kl} more than needed: the KL "
        "divergence, 0 only where q is p. What q holds impossible costs infinitely much when it happens.",
        f"p 的熵为 {h} 纳特（{bits} 比特）。相信 q 时平均代价为 {cross} 纳特，多出 {kl}，即 KL 散度，只有 q 等于 p 时才为 0。"
        "q 认为不可能的事一旦发生，代价是无穷大。",
    )
    table = figures.table(
        [
            "",
            "p",
            T("information −log p, nats", "信息量 −log p（纳特）"),
            T("bits", "比特"),
            "q",
            T("−log q, nats", "−log q（纳特）"),
        ],
        [
            [WEATHER[i], p[i], numbers["information"][i], numbers["information"][i] / np.log(2), q[i], _surprise(q[i])]
            for i in range(3)
        ],
    )
    terms = " + ".join(rf"{tex(p[i])} \log {tex(1 / p[i])}" for i in range(3) if p[i] > 0)
    formula = lines(
        rf"H(p) = -\sum_i p_i \log p_i = {terms} = {tex(numbers['entropy'])}",
        rf"H(p, q) = -\sum_i p_i \log q_i = {tex(numbers['cross_entropy'])}",
        rf"D_{{\text{{KL}}}}(p \,\|\, q) = \sum_i p_i \log \frac{{p_i}}{{q_i}} = H(p, q) - H(p) = {tex(numbers['kl'])}",
    ) + T(
        "The natural log gives nats; base 2 gives bits, 1 bit = log 2 = 0.6931 nats. Information is minus the log of a "
        "probability, not its inverse, and a cross entropy weighs −log q by p: with a one-hot p a single term is left.",
        "自然对数得到纳特，以 2 为底得到比特，1 比特 = log 2 = 0.6931 纳特。信息量是概率的负对数，而不是倒数；"
        "交叉熵用 p 给 −log q 加权：p 为独热分布时只剩一项。",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)
p, q = torch.tensor({[float(v) for v in (p1, p2, p3)]}), torch.tensor({[float(v) for v in (q1, q2, q3)]})
p, q = p / p.sum(), q / q.sum()
entropy = torch.special.entr(p).sum()
cross_entropy = -torch.xlogy(p, q).sum()
print("information:", *(-p.log()).tolist())
print("entropy:", entropy.item())
print("cross_entropy:", cross_entropy.item())
print("kl:", (torch.xlogy(p, p) - torch.xlogy(p, q)).sum().item())
"""
    return View(lambda: _distributions(p, q, numbers), summary, snippet, numbers, table, formula)


def _surprise(q: float) -> float:
    return float(information.information(q))


def _distributions(p: np.ndarray, q: np.ndarray, numbers: dict[str, Any]) -> str:
    left = figures.bars([(COLOURS[0], p), (COLOURS[1], q)], (0, 1), names=WEATHER, labels=("", "p, q"))
    parts = [numbers[name] for name in ("entropy", "kl", "cross_entropy")]
    reach = figures.limit(max((v for v in parts if np.isfinite(v)), default=1))
    right = figures.bars(
        [([COLOURS[0], COLOURS[3], COLOURS[1]], np.minimum(parts, reach))],
        (0, float(reach)),
        names=("H(p)", "KL", "H(p, q)"),
    )
    return figures.legend(
        (COLOURS[0], T("p, the truth", "p，真实分布")), (COLOURS[1], T("q, what is believed", "q，所相信的分布"))
    ) + figures.row(
        figures.svg(left, T("The two distributions", "两个分布"), caption=T("Distributions", "分布")),
        figures.svg(
            right,
            T("Entropy, KL divergence and cross entropy", "熵、KL 散度与交叉熵"),
            caption=T("Entropy + KL = cross entropy", "熵 + KL = 交叉熵"),
        ),
    )
