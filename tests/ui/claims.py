"""What the explorers say, sentence by sentence, with a check of each against numbers worked out here in another way.

A claim is a pattern and a check. In the pattern {} stands for a number and <> for words; the check gets the setting, the
numbers that the explorer returns, and what stood there, and tells whether the sentence is true.
"""

import math
import re
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import nn

from demos.explorers.activations.curves import TITLES as ACTIVATIONS
from demos.explorers.initialization.starts import SCHEMES
from demos.explorers.losses import chooser, margins, residuals
from demos.explorers.optimizers.race import TITLES as OPTIMIZERS
from demos.explorers.regression import backward
from demos.explorers.regularization import decay
from demos.frame.language import translate
from zoo.lab import activations, graph, objectives, optimizers, regularization

Setting = dict[str, Any]
Check = Callable[..., bool]
Claim = tuple[re.Pattern[str], Check]

_NUMBER = r"(−?(?:\d[\d,]*(?:\.\d+)?(?: × 10<sup>−?\d+</sup>)?|∞)|nan)"


def value(text: str) -> float:
    """Return the number that a page shows."""
    text = text.replace("−", "-").replace(",", "").replace(" × 10<sup>", "e").replace("</sup>", "").replace("∞", "inf")
    return float(text)


def near(text: str, expected: float, digits: int = 3) -> bool:
    """Tell whether a number is shown as it is, to so many significant digits; 0 is shown for 0 alone."""
    shown, expected = value(text), float(expected)
    if not math.isfinite(expected):
        return shown == expected or (math.isnan(shown) and math.isnan(expected))
    return math.isclose(shown, expected, rel_tol=0.51 * 10.0 ** (1 - digits), abs_tol=0)


def english(text: str) -> str:
    return translate(text.encode(), "en").decode()


def names(text: str) -> set[str]:
    """Return "a, b and c" as a set."""
    return set(re.split(r", (?![un]|normal)| and ", text))


def titles(table: dict[str, str], keys: Any) -> set[str]:
    return {english(table[key]) for key in keys}


def claim(pattern: str, check: Check = lambda *_: True) -> Claim:
    parts = re.split(r"(\{\}|<>)", pattern.strip())
    regex = "".join(_NUMBER if p == "{}" else "(.+?)" if p == "<>" else re.escape(p) for p in parts)
    return re.compile(regex + r"(?=\s|$)"), check


def pairs(text: str) -> dict[str, str]:
    """Return "3 (a), 4 (b) and 5 (c)" as {"a": "3", ...}."""
    found = re.findall(rf"{_NUMBER} \(((?:[^()]|\([^()]*\))+)\)", text)
    return {name: number for number, name in found}


def all_pairs(text: str, table: dict[str, str], expected: dict[str, float]) -> bool:
    shown = pairs(text)
    return shown.keys() == titles(table, expected) and all(
        near(shown[english(table[key])], number) for key, number in expected.items()
    )


# activations -----------------------------------------------------------------------------------------------------------


def _steepest(s: Setting, n: dict, x: str, who: str, size: str) -> bool:
    slopes = {key: abs(slope) for key, (_, slope) in n.items()}
    most = max(slopes.values())
    return (
        near(x, s["probe"])
        and near(size, most)
        and names(who) == titles(ACTIVATIONS, [k for k, v in slopes.items() if v >= most * (1 - 1e-9)])
    )


def _flat(s: Setting, n: dict, who: str) -> bool:
    return names(who) == titles(ACTIVATIONS, [key for key, (_, slope) in n.items() if abs(slope) < 0.05])


def _straight_line(s: Setting, n: dict, units: str, weight: str, sign: str, bias: str, apart: str) -> bool:
    signed = n["bias"] if sign == "+" else -n["bias"]
    return value(units) == s["hidden"] and near(weight, n["weight"]) and near(bias, signed) and value(apart) < 1e-12


def _bent(s: Setting) -> float:
    """Return the largest bend of two layers with an activation between, by a loop over the hidden units."""
    w1, b1, w2, b2 = activations.random_layers(s["hidden"], s["seed"])
    x = np.linspace(-4, 4, 241)
    y = sum(w2[j, 0] * activations.curve(s["between"], x * w1[0, j] + b1[j])[0] for j in range(s["hidden"])) + b2[0]
    return float(np.abs(y[2:] - 2 * y[1:-1] + y[:-2]).max())


# losses ----------------------------------------------------------------------------------------------------------------


def _log_sum_exp(z: Any) -> float:
    z = np.asarray(z, dtype=float)
    return float(z.max() + math.log(np.exp(z - z.max()).sum()))


def _huber_side(s: Setting, n: dict, delta: str) -> bool:
    return near(delta, s["delta"]) and abs(s["residual"]) <= s["delta"]


def _cross(s: Setting) -> tuple[float, float]:
    z = [s[f"z{i}"] for i in range(4)]
    loss = _log_sum_exp(z) - z[int(s["label"])]
    return math.exp(-loss), loss


def _list(text: str, expected: list[float], digits: int = 3) -> bool:
    shown = text.split(", ")
    return len(shown) == len(expected) and all(near(a, b, digits) for a, b in zip(shown, expected))


def _smoothed(s: Setting) -> tuple[float, float]:
    high = 1 - s["epsilon"] + s["epsilon"] / s["classes"]
    low = s["epsilon"] / s["classes"]
    entropy = -high * math.log(high) - (s["classes"] - 1) * low * math.log(low)
    return entropy, math.log(high / low)


def _coin(s: Setting, n: dict, heads: str, tails: str, best: str) -> bool:
    return (value(heads), value(tails)) == (s["heads"], s["tails"]) and near(
        best, s["heads"] / (s["heads"] + s["tails"])
    )


def _likelihood(s: Setting, n: dict, theta: str, shown: str, factors: str, nll: str) -> bool:
    tosses = s["heads"] + s["tails"]
    exact = s["theta"] ** s["heads"] * (1 - s["theta"]) ** s["tails"]
    said = exact == 0 < s["theta"] < 1 if shown == "below what float64 holds" else near(shown, exact)
    return said and value(factors) == tosses and near(nll, n["nll"]) and near(theta, s["theta"])


def _entropy(s: Setting, n: dict, nats: str, bits: str) -> bool:
    p = np.array([s["p1"], s["p2"], s["p3"]]) / (s["p1"] + s["p2"] + s["p3"])
    h = -sum(x * math.log(x) for x in p if x > 0)
    return near(nats, h) and near(bits, h / math.log(2))


# optimizers ------------------------------------------------------------------------------------------------------------


def _runs(s: Setting) -> dict[str, optimizers.Path]:
    function = objectives.find(s["function"])
    start = [s["x1"], s["x2"]] if function.dims == 2 else [s["x"]]
    known = {each.name for each in fields(optimizers.Settings)} - {"rates"}
    rates = {name: s.get(f"lr_{name}", s.get("lr")) for name in OPTIMIZERS}
    settings = optimizers.Settings(rates, **{key: s[key] for key in known})
    return {
        name: optimizers.race(function, name, start=start, steps=s["steps"], **settings.of(name))
        for name in s["racers"]
    }


def _ends(s: Setting) -> dict[str, float]:
    """Return the value at the end of the runs that stayed near the function."""
    function = objectives.find(s["function"])
    ends = {name: run for name, run in _runs(s).items() if np.isfinite(run.points[-1]).all()}
    inside = {name: run for name, run in ends.items() if optimizers.surrounds(function, run.points[-1])}
    return {name: float(function.value(run.points[-1])) for name, run in inside.items()}


def _lowest(s: Setting, n: dict, steps: str, who: str, f: str) -> bool:
    ends = _ends(s)
    least = min(ends.values())
    return (
        value(steps) == s["steps"]
        and near(f, least)
        and names(who) == titles(OPTIMIZERS, [name for name, end in ends.items() if end == least])
    )


def _gone(s: Setting, n: dict, who: str) -> bool:
    return names(who) == titles(OPTIMIZERS, set(s["racers"]) - _ends(s).keys())


def _rate_ends(s: Setting) -> np.ndarray:
    return _heights(s["function"], s["name"], s["steps"])


@lru_cache(maxsize=1)
def _heights(name: str, optimizer: str, steps: int) -> np.ndarray:
    """Return how high above the minimum each of the page's rates ends; inf where it has flown off."""
    function = objectives.find(name)
    ends = optimizers.sweep(function, optimizer, np.geomspace(1e-3, 3, 161), steps=steps)
    with np.errstate(all="ignore"):
        heights = np.array([float(function.value(end)) - function.least for end in ends])
    low, high = np.array(function.box).T
    near_box = [np.all((end > low - (high - low)) & (end < high + (high - low))) for end in ends]
    return np.where(np.array(near_box) & np.isfinite(heights), heights, np.inf)


def _best_rate(s: Setting, n: dict, tried: str, rate: str) -> bool:
    heights, rates = _rate_ends(s), np.geomspace(1e-3, 3, 161)
    return (
        value(tried) == 161
        and near(rate, rates[heights.argmin()])
        and int((heights <= heights.min() + 1e-12).sum()) == 1
    )


def _best_rates(s: Setting, n: dict, tried: str, many: str, low: str, high: str) -> bool:
    heights, rates = _rate_ends(s), np.geomspace(1e-3, 3, 161)
    best = rates[heights <= heights.min() + 1e-12]
    return value(many) == len(best) and near(low, best[0]) and near(high, best[-1])


def _batches(s: Setting) -> dict[str, np.ndarray]:
    return _descents(s["batch_size"], s["lr"], s["epochs"], s["seed"])


@lru_cache(maxsize=1)
def _descents(batch_size: int, lr: float, epochs: int, seed: int) -> dict[str, np.ndarray]:
    """Return the first and last loss of the three descents, by a plain loop."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2)) * (1.0, 0.5)
    y = x @ (2.0, -3.4) + rng.normal(size=200)
    ways = {}
    for name, size in (("batch", 200), ("minibatch", batch_size), ("stochastic", 1)):
        rng, w = np.random.default_rng(seed), np.zeros(2)
        path = [w]
        with np.errstate(all="ignore"):
            for _ in range(epochs):
                order = rng.permutation(200)
                for at in range(0, 200, size):
                    rows = order[at : at + size]
                    w = w - lr * (x[rows] @ w - y[rows]) @ x[rows] / len(rows)
                    path.append(w)
            ways[name] = np.array([np.mean((x @ w - y) ** 2) / 2 for w in (path[0], path[-1])])
    return ways


_LEAST = 0.49149
_BATCH_NAMES = {"batch": "the batch", "minibatch": "the minibatches", "stochastic": "single rows"}


def _grown(s: Setting) -> set[str]:
    return {name for name, (first, last) in _batches(s).items() if not last <= first}


def _above(s: Setting, n: dict, text: str) -> bool:
    shown = {name: number for number, name in re.findall(rf"{_NUMBER} for ([a-z ]+)", text)}
    ends = {_BATCH_NAMES[name]: last for name, (_, last) in _batches(s).items() if name not in _grown(s)}
    return shown.keys() == ends.keys() and all(
        math.isclose(value(shown[name]), end - _LEAST, rel_tol=0.01, abs_tol=2e-4) for name, end in ends.items()
    )


# regularization --------------------------------------------------------------------------------------------------------


def _decay(s: Setting, lambd: float) -> np.ndarray:
    """Return the weight's length by epoch, as the page remembers it."""
    return decay._trained(lambd, s["rows"], s["inputs"], s["lr"], s["version"], s["seed"]).norms


def _changed(word: str) -> Check:
    def check(s: Setting, n: dict, lambd: str, first: str, last: str) -> bool:
        norms = _decay(s, s["lambd"])
        grows = norms[-1] >= norms[0]
        return (
            near(lambd, s["lambd"]) and near(first, norms[0]) and near(last, norms[-1]) and grows == (word == "grows")
        )

    return check


def _without(s: Setting, n: dict, norm: str, share: str) -> bool:
    norms = _decay(s, 0.0)
    return near(norm, norms[-1]) and abs(value(share) / 100 - norms[-1] / norms[0]) <= 0.006


def _fits(s: Setting) -> list[tuple[float, float]]:
    return _polynomials(s["rows"], s["noise"], s["ridge"], s["seed"])


@lru_cache(maxsize=1)
def _polynomials(rows: int, noise: float, ridge: float, seed: int) -> list[tuple[float, float]]:
    """Return (training, test) error of every degree, worked out from the coefficients."""
    x, y = regularization.cubic_points(rows, noise, seed)
    new_x, new_y = regularization.cubic_points(500, noise, 10_000)
    fits = [regularization.fit_polynomial(x, y, d, ridge=ridge, noise=noise) for d in range(21)]
    ours = []
    for fit in fits:
        series = np.polynomial.legendre.Legendre(fit.coefficients, domain=[-2, 2])
        ours.append((float(np.mean((series(x) - y) ** 2)), float(np.mean((series(new_x) - new_y) ** 2))))
    return ours


def _errors(s: Setting, n: dict, degree: str, train: str, rows: str, test: str) -> bool:
    mine = _fits(s)[s["degree"]]
    close = near(train, mine[0]) or (value(train) < 1e-12 and mine[0] < 1e-12)
    return (value(degree), value(rows)) == (s["degree"], s["rows"]) and close and near(test, mine[1])


def _best_degree(s: Setting, n: dict, best: str, error: str) -> bool:
    tests = [test for _, test in _fits(s)]
    return int(np.argmin(tests)) == value(best) and near(error, min(tests))


def _far_from_best(s: Setting) -> bool:
    fits = _fits(s)
    return fits[s["degree"]][1] > 1.5 * min(test for _, test in fits)


def _overfits(s: Setting, n: dict) -> bool:
    train, test = _fits(s)[s["degree"]]
    return _far_from_best(s) and train < 0.5 * test


def _underfits(s: Setting, n: dict) -> bool:
    train, test = _fits(s)[s["degree"]]
    return _far_from_best(s) and train >= 0.5 * test


def _sparse(s: Setting, n: dict, lambd: str, zeros: str, lost: str) -> bool:
    l1 = np.array(n["l1"])
    return near(lambd, s["lambd"]) and value(zeros) == np.sum(l1 == 0) and value(lost) == np.sum(l1[:4] == 0)


def _ridge(s: Setting, n: dict, zeros: str, before: str, after: str) -> bool:
    x, y, _ = regularization.sparse_problem(s["rows"], 20, 4, s["noise"], s["seed"])
    free = np.linalg.lstsq(x, y, rcond=None)[0]
    shorter = np.linalg.norm(n["l2"]) <= np.linalg.norm(free)
    return value(zeros) == 0 and shorter and near(before, np.linalg.norm(free)) and near(after, np.linalg.norm(n["l2"]))


def _masked(s: Setting, n: dict, p: str, stay: str, scale: str) -> bool:
    return near(p, s["p"]) and value(stay) == np.count_nonzero(n["dropped"]) and near(scale, 1 / (1 - s["p"]))


def _net(s: Setting, n: dict, rows: str, p: str, loss: str, accuracy: str, plain: str, plain_accuracy: str) -> bool:
    ours, none = n["with"], n["without"]
    exact = abs(value(accuracy) / 100 - ours[3]) < 6e-4 and abs(value(plain_accuracy) / 100 - none[3]) < 6e-4
    return value(rows) == s["rows"] and near(p, s["p"]) and near(loss, ours[1]) and near(plain, none[1]) and exact


def _gaps(s: Setting, n: dict, ours: str, none: str) -> bool:
    return near(ours, n["with"][1] - n["with"][0], 2) and near(none, n["without"][1] - n["without"][0], 2)


# initialization --------------------------------------------------------------------------------------------------------


def _signal(s: Setting, n: dict, layers: str, units: str, name: str, spread: str, back: str) -> bool:
    right = (value(layers), value(units)) == (s["depth"], s["width"]) and name == ACTIVATIONS[s["function"]]
    return right and near(spread, n["spread"][-1]) and near(back, n["gradient_spread"][0])


def _saturated(s: Setting, n: dict, share: str, low: str, high: str) -> bool:
    ends = {"tanh": (-0.95, 0.95), "sigmoid": (0.025, 0.975)}[s["function"]]
    return abs(value(share) / 100 - n["saturated"]) <= 0.005001 and near(low, ends[0]) and near(high, ends[1])


def _two(n: dict) -> tuple[float, float]:
    return n["spread"][-1], n["gradient_spread"][0]


def _finite_losses(n: dict) -> dict[str, float]:
    return {name: loss for name, (loss, _) in n.items() if math.isfinite(loss)}


def _lowest_loss(s: Setting, n: dict, who: str, loss: str) -> bool:
    finite = _finite_losses(n)
    least = min(finite.values())
    best = [name for name, each in finite.items() if each <= least * (1 + 1e-9)]
    return near(loss, least) and _scheme_names(who) == titles(SCHEMES, best)


def _scheme_names(text: str) -> set[str]:
    """Return the schemes named in a list; their names hold commas themselves."""
    return {name for name in titles(SCHEMES, SCHEMES) if re.search(rf"(^|, | and ){re.escape(name)}($|, | and )", text)}


def _copies(s: Setting, n: dict, who: str) -> bool:
    return _scheme_names(who) == titles(SCHEMES, [name for name, (_, spread) in n.items() if spread == 0])


# convolution -----------------------------------------------------------------------------------------------------------


def _size(s: Setting, n: int | None = None) -> int:
    """Return the output size by counting the places where the window fits."""
    length = s["n"] + 2 * s["padding"]
    extent = s["dilation"] * (s["k"] - 1)
    return len([at for at in range(0, length, s["stride"]) if at + extent < length])


def _window(s: Setting, n: dict, *stated: str) -> bool:
    *filled, size, position, places, terms, total = stated
    mine = [s["n"], s["padding"], s["dilation"], s["k"] - 1, s["stride"]]
    products = sum(value(a) * value(b) for a, b in (term.split("·") for term in terms.split(" + ")))
    at = min(s["position"], _size(s) ** 2)
    numbers = [value(each) for each in filled] == mine and value(size) == _size(s) and value(places) == _size(s) ** 2
    return numbers and value(position) == at and value(total) == products == n["output"][at - 1]


def _pooled(s: Setting, n: dict, *stated: str) -> bool:
    before, _, after, _, position, places, verb, first, second = stated
    size = len(range(0, s["n"] - s["size"] + 1, s["stride"]))
    at = min(s["position"], size**2)
    row, column = divmod(at - 1, size)
    x = np.random.default_rng(s["seed"]).integers(0, 10, (2, s["n"], s["n"]))
    top, left = row * s["stride"], column * s["stride"]
    patch = x[:, top : top + s["size"], left : left + s["size"]]
    expected = patch.max((1, 2)) if s["kind"] == "max" else patch.mean((1, 2))
    sizes = (value(before), value(after), value(position), value(places)) == (s["n"], size, at, size**2)
    return (
        sizes
        and verb == {"max": "largest", "average": "mean"}[s["kind"]]
        and near(first, expected[0])
        and near(second, expected[1])
    )


def _kernel(s: Setting, n: dict, low: str, high: str) -> bool:
    return near(low, n["lowest"]) and near(high, n["highest"])


def _shapes(s: Setting, n: dict, *stated: str) -> bool:
    ci, n1, n2, co, o1, o2, *filled, size = map(value, stated)
    mine = [s["n"], s["padding"], s["dilation"], s["k"] - 1, s["stride"]]
    out = _size(s)
    return (ci, n1, n2, co, o1, o2, size) == (s["channels_in"], s["n"], s["n"], s["channels_out"], out, out, out) and (
        filled == mine
    )


def _costs(s: Setting, n: dict, times: str) -> bool:
    full = (s["channels_in"] * s["n"] ** 2 + 1) * s["channels_out"] * _size(s) ** 2
    return near(times, full / ((s["channels_in"] * s["k"] ** 2 + 1) * s["channels_out"]))


def _lenet(s: Setting, n: dict, parameters: str, work: str, share: str, weights: str) -> bool:
    convolutions = 117_600 + 240_000, 156 + 2_416
    totals = sum(n["multiplications"]), sum(n["parameters"])
    shares = [round(100 * part / total) for part, total in zip(convolutions, totals)]
    return (value(parameters), value(work)) == totals[::-1] and [value(share), value(weights)] == shares


# regression ------------------------------------------------------------------------------------------------------------


def _away(s: Setting, n: dict, epochs: str, sgd: str, closed: str) -> bool:
    truth = np.array([1.1, -4.5, 1.4, 1.191981])
    far, near_by = (np.abs(np.array(n[name]) - truth).max() for name in ("scratch", "closed"))
    return value(epochs) == s["epochs"] and near(sgd, far) and near(closed, near_by, 2)


def _apart(n: dict) -> float:
    return float(np.abs(np.subtract(n["scratch"], n["concise"])).max())


def _one_weight(s: Setting, n: dict, w: str, epochs: str, cost: str, w2: str, factor: str) -> bool:
    curvature = 28 / 3 if s["reduction"] == "mean" else 28
    end = 2 - 2 * (1 - s["lr"] * curvature) ** s["epochs"]
    right = value(epochs) == s["epochs"] and math.isclose(value(w), end, rel_tol=1e-5, abs_tol=1e-9)
    return right and near(cost, n["hand"][1]) and near(w2, n["autograd"][0]) and near(factor, 1 - s["lr"] * curvature)


def _factor(s: Setting) -> float:
    return 1 - s["lr"] * (28 / 3 if s["reduction"] == "mean" else 28)


def _forward(s: Setting, n: dict, w: str, x: str, b: str, y: str) -> bool:
    return all(near(text, s[name]) for text, name in ((w, "w"), (x, "x"), (b, "b"))) and (
        math.isclose(value(y), s["w"] * s["x"] + s["b"], rel_tol=1e-3, abs_tol=1e-12)
    )


_ORDER = ["p11", "p12", "z1", "h1", "p21", "p22", "z2", "h2", "q1", "q2", "y", "L"]
_INPUTS = {
    **{f"p{i}{j}": (f"w{i}{j}", f"x{j}") for i in (1, 2) for j in (1, 2)},
    **{f"z{i}": (f"p{i}1", f"p{i}2", f"b{i}") for i in (1, 2)},
    **{f"h{i}": (f"z{i}",) for i in (1, 2)},
    **{f"q{i}": (f"v{i}", f"h{i}") for i in (1, 2)},
    "y": ("q1", "q2", "c"),
    "L": ("y",),
}


def _passes(text: str, expected: float) -> bool:
    """Tell whether a gradient is shown as it is; in the tails, where autograd rounds it away, whether it is next to nothing."""
    return near(text, expected) or max(abs(value(text)), abs(expected)) < 1e-6


def _plain(name: str) -> str:
    return name.translate(str.maketrans("₁₂", "12"))


def _autograd(s: Setting) -> tuple[dict[str, float], dict[str, float]]:
    """Return the values and the gradients of the graph of the net 2-2-1 by autograd; the lab's tests hold its updates."""
    start = {name: s[name] for name in (*graph.INPUTS, *graph.WEIGHTS)}
    now = graph.updated(graph.Net(s["activation"], s["loss"], s["target"]), start, s["lr"], s["updates"])
    n = {name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in now.items()}
    f = getattr(torch, s["activation"])
    for name in _ORDER[:-1]:
        given = [n[each] for each in _INPUTS[name]]
        n[name] = {"p": math.prod, "q": math.prod, "z": sum, "y": sum, "h": lambda x: f(x[0])}[name[0]](given)
    loss = nn.functional.mse_loss if s["loss"] == "squared" else nn.functional.binary_cross_entropy_with_logits
    n["L"] = loss(n["y"], torch.tensor(float(s["target"]), dtype=torch.float64))
    slopes = torch.autograd.grad(n["L"], list(n.values()))
    return {k: v.item() for k, v in n.items()}, {k: v.item() for k, v in zip(n, slopes)}


def _at_step(s: Setting, step: str, *inputs: str) -> tuple[str, dict[str, float], dict[str, float]] | None:
    """Return the name of what is computed in a step and the graph's numbers, if the inputs that are told are its own."""
    at = s["step"]
    name = _ORDER[at - 1] if at <= 12 else _ORDER[24 - at]
    ours = [_plain(each) for each in inputs] in ([], list(_INPUTS[name]))
    return (name, *_autograd(s)) if value(step) == at and ours else None


def _product(s: Setting, n: dict, step: str, a: str, b: str, *told: str) -> bool:
    now = _at_step(s, step, a, b)
    return bool(now) and all(near(text, now[1][each]) for text, each in zip(told, (*_INPUTS[now[0]], now[0])))


def _summed(s: Setting, n: dict, step: str, name: str, *told: str) -> bool:
    now = _at_step(s, step)
    return (
        bool(now)
        and now[0] == _plain(name)
        and all(near(t, now[1][e]) for t, e in zip(told, (*_INPUTS[now[0]], now[0])))
    )


def _activated(s: Setting, n: dict, step: str, who: str, h: str, result: str, z: str, given: str) -> bool:
    now = _at_step(s, step, z)
    ours = bool(now) and now[0] == _plain(h) and who == english(ACTIVATIONS[s["activation"]])
    return ours and near(result, now[1][now[0]]) and near(given, now[1][_plain(z)])


def _loss_of(s: Setting, n: dict, step: str, y: str, t: str, loss: str) -> bool:
    return bool(_at_step(s, step, "y")) and near(y, n["y"]) and near(t, s["target"]) and near(loss, n["loss"])


def _loss_slope(s: Setting, n: dict, step: str, y: str, slope: str) -> bool:
    now = _at_step(s, step, "y")
    return bool(now) and s["step"] == 13 and near(y, n["y"]) and _passes(slope, now[2]["y"])


def _sum_back(s: Setting, n: dict, step: str, gradient: str, name: str, *inputs: str) -> bool:
    now = _at_step(s, step, *inputs)
    return (
        bool(now)
        and now[0] == _plain(name)
        and all(_passes(gradient, now[2][each]) for each in (now[0], *_INPUTS[now[0]]))
    )


def _product_back(s: Setting, n: dict, step: str, gradient: str, a: str, b: str) -> bool:
    now = _at_step(s, step, a, b)
    return bool(now) and _passes(gradient, now[2][now[0]])


def _factors(s: Setting, n: dict, a: str, by_a: str, to_a: str, b: str, by_b: str, to_b: str) -> bool:
    now = _at_step(s, str(s["step"]), a, b)
    values, arrived = now[1], now[2][now[0]]
    first, second = _INPUTS[now[0]]
    shown = (near(by_a, values[second]), _passes(to_a, now[2][first]), near(by_b, values[first]))
    return all(shown) and _passes(to_b, arrived * values[first])


def _activation_back(s: Setting, n: dict, step: str, gradient: str, name: str) -> bool:
    now = _at_step(s, step)
    return bool(now) and now[0] == _plain(name) and _passes(gradient, now[2][now[0]])


def _sloped(s: Setting, n: dict, who: str, slope: str, z: str, at: str, passed: str) -> bool:
    now = _at_step(s, str(s["step"]), z)
    _, slope_there = activations.curve(s["activation"], now[1][_plain(z)])
    ours = (
        who == english(ACTIVATIONS[s["activation"]]) and near(slope, float(slope_there)) and near(at, now[1][_plain(z)])
    )
    return ours and _passes(passed, now[2][_plain(z)])


CLAIMS: dict[str, list[Claim]] = {
    "activation": [
        claim("Choose a function to see its curve.", lambda s, n: not s["functions"]),
        claim("At x = {} the steepest is <>: backpropagation multiplies a gradient by {} in size.", _steepest),
        claim("Less than 0.05 of it passes through <>: a unit that sits there hardly learns.", _flat),
    ],
    "softmax": [
        claim(
            "At temperature {} class {} gets p = {}; the entropy is {} nats of at most {}.",
            lambda s, n, t, c, p, h, most: (
                near(t, s["temperature"])
                and value(c) == np.argmax(n["p"])
                and near(p, max(n["p"]))
                and near(h, -sum(q * math.log(q) for q in n["p"] if q))
                and near(most, math.log(len(n["p"])))
            ),
        ),
        claim(
            "The lower the temperature, the more goes to the largest logit; the higher, the more alike all classes become.",
            lambda s, n: max(activations.softmax(s["logits"], s["temperature"] / 2)) >= max(n["p"]) - 1e-12,
        ),
    ],
    "depth": [
        claim("Choose a function.", lambda s, n: not s["stack"]),
        claim(
            "After {} layer<> the gradient at the input is that at the output times <>. ",
            lambda s, n, layers, _, shares: (
                value(layers) == s["layers"]
                and all_pairs(shares, ACTIVATIONS, {name: slope for name, (_, slope) in n.items()})
            ),
        ),
        claim(
            "After 1 layer the gradient at the input is that at the output times <>. ",
            lambda s, n, shares: (
                s["layers"] == 1 and all_pairs(shares, ACTIVATIONS, {name: slope for name, (_, slope) in n.items()})
            ),
        ),
        claim("Factors below 1 in size make it vanish, factors above 1 make it explode."),
    ],
    "collapse": [
        claim(
            "Without an activation {} hidden units draw the straight line y = {} x <> {}, which one layer draws just as well "
            "(they differ by {} at most).",
            _straight_line,
        ),
        claim(
            "Without an activation {} hidden unit draws the straight line y = {} x <> {}, which one layer draws just as well "
            "(they differ by {} at most).",
            lambda s, n, *stated: s["hidden"] == 1 and _straight_line(s, n, *stated),
        ),
        claim("<> between them bends it.", lambda s, n, name: name == ACTIVATIONS[s["between"]] and _bent(s) > 1e-9),
        claim(
            "<> between them bends it only beyond this range of x.",
            lambda s, n, name: name == ACTIVATIONS[s["between"]] and _bent(s) <= 1.1e-9,
        ),
    ],
    "regression_loss": [
        claim("Choose a loss.", lambda s, n: not s["kinds"]),
        claim(
            "At a residual of {} the gradients are <>. ",
            lambda s, n, r, list_: (
                near(r, s["residual"])
                and all_pairs(list_, residuals.TITLES, {name: gradient for name, (_, gradient) in n.items()})
            ),
        ),
        claim("|r| is at most δ = {}, so Huber is quadratic here.", _huber_side),
        claim(
            "|r| is above δ = {}, so Huber is linear here, and outliers count less than with squared error.",
            lambda s, n, delta: not _huber_side(s, n, delta) and abs(n["huber"][1]) < 2 * abs(s["residual"]),
        ),
    ],
    "line_fit": [
        claim("Twenty points lie on y = 0.8 x + 0.5.", lambda s, n: s["noise"] == 0),
        claim("Twenty points lie around y = 0.8 x + 0.5.", lambda s, n: s["noise"] > 0),
        claim(
            "With the outlier at ({}, {}) squared error finds the slope {}, Huber {}, L1 {}.",
            lambda s, n, x, y, mse, huber, l1: (
                near(x, s["x"])
                and near(y, s["y"])
                and all(near(text, n[name][0]) for text, name in ((mse, "mse"), (huber, "huber"), (l1, "l1")))
            ),
        ),
    ],
    "cross_entropy": [
        claim(
            "Class {} is true and gets p = {}, so the loss is −log p = {}.",
            lambda s, n, c, p, loss: c == s["label"] and near(p, _cross(s)[0]) and near(loss, _cross(s)[1]),
        ),
        claim(
            "Gradient descent pushes its logit up in proportion to 1 − p = {}, and the others down by as much in all.",
            lambda s, n, push: (
                math.isclose(value(push), 1 - _cross(s)[0], rel_tol=0.01, abs_tol=1e-12)
                and math.isclose(sum(n["gradient"]), 0, abs_tol=1e-12)
                and sum(g > 0 for g in n["gradient"]) == 3
            ),
        ),
    ],
    "nll_loss": [
        claim(
            "<>: <>. Rows used: {} of {}.",
            lambda s, n, reduction, list_, used, rows: (
                reduction == s["reduction"]
                and _list(list_, n["cross_entropy"])
                and value(used) == sum(label != s["ignore_index"] for label in s["labels"])
                and value(rows) == len(s["logits"])
            ),
        ),
        claim(
            "The weighted mean divides by the sum of the weights of the labels, {}, not by the number of rows.",
            lambda s, n, total: near(total, _label_weights(s)) and _label_weights(s) > 0,
        ),
        claim(
            "The labels used have no weight, so the mean is 0 / 0, for which PyTorch gives nan.",
            lambda s, n: _label_weights(s) == 0 and (s["reduction"] != "mean" or math.isnan(n["nll"][0])),
        ),
    ],
    "label_smoothing": [
        claim(
            "Without smoothing the loss falls towards 0 as the lead grows, and never gets there. At a lead of {} it is {}.",
            lambda s, n, gap, loss: (
                s["epsilon"] == 0 and near(gap, s["gap"]) and near(loss, n["loss"]) and n["loss"] > 0
            ),
        ),
        claim(
            "With ε = {} the loss can't fall below the entropy of the target, {}, reached at a lead of {}: a larger one costs "
            "again. At a lead of {} it is {}.",
            lambda s, n, e, least, best, gap, loss: (
                s["epsilon"] > 0
                and near(e, s["epsilon"])
                and near(least, _smoothed(s)[0])
                and near(best, _smoothed(s)[1])
                and near(gap, s["gap"])
                and near(loss, n["loss"])
                and n["loss"] >= _smoothed(s)[0] - 1e-12
            ),
        ),
    ],
    "double_softmax": [
        claim(
            "<b>CrossEntropyLoss applies softmax itself.</b> With another one before it the loss can't fall below {} for {} "
            "classes.",
            lambda s, n, floor, classes: (
                value(classes) == s["classes"]
                and near(floor, math.log(math.e + s["classes"] - 1) - 1, 5)
                and n["twice"][0] >= n["floor"] - 1e-12
            ),
        ),
        claim(
            "Here: {} once, {} twice; gradient {} against {}, {} times as strong.",
            lambda s, n, once, twice, pull, weak, times: (
                near(once, n["once"][0])
                and near(twice, n["twice"][0])
                and near(pull, n["once"][1])
                and near(weak, n["twice"][1])
                and near(times, n["once"][1] / n["twice"][1], 2)
            ),
        ),
    ],
    "binary_cross_entropy": [
        claim(
            "At z = {} the loss is {}; the printed formula gives {} and BCELoss {}.",
            lambda s, n, z, loss, naive, bce: (
                near(z, s["probe"])
                and near(loss, max(s["probe"], 0) + math.log1p(math.exp(-abs(s["probe"]))))
                and near(naive, n["probe"][0])
                and near(bce, nn.BCELoss()(torch.sigmoid(torch.tensor(float(s["probe"]))), torch.tensor(0.0)).item()),
            ),
        ),
        claim("In float32 sigmoid is exactly 1 from z = 17 on, and log(1 − p) is −∞."),
        claim("Your logits: mean {}.", lambda s, n, mean: near(mean, float(np.mean(n["with_logits"])))),
    ],
    "soft_margin": [
        claim(
            "<>: <>. It is binary cross entropy with logits, with labels −1 and 1 in place of 0 and 1.",
            lambda s, n, reduction, list_: reduction == s["reduction"] and _list(list_, n["loss"]),
        ),
        claim(
            "It never reaches 0, however large the margin, but float64 rounds it to 0 from 746 on.",
            lambda s, n: math.log1p(math.exp(-746)) == 0 < math.log1p(math.exp(-745)),
        ),
    ],
    "multilabel_soft_margin": [
        claim(
            "<>: <>. Every class is a yes or no of its own, so the probabilities of a row need not sum to 1.",
            lambda s, n, reduction, list_: reduction == s["reduction"] and _list(list_, n["loss"]),
        ),
        claim(
            "Taking what is above 0.5 as yes, {}% of the answers are right.",
            lambda s, n, share: (
                abs(value(share) / 100 - np.mean((np.array(s["rows"]) > 0) == (np.array(s["answers"]) == 1))) <= 0.00501
            ),
        ),
    ],
    "margin_loss": [
        claim("Choose a loss.", lambda s, n: not s["kinds"]),
        *(
            claim(
                f"At a margin of {{}} the answer is {word}.",
                lambda s, n, m, sign=sign: near(m, s["margin"]) and np.sign(s["margin"]) == sign,
            )
            for word, sign in (("right", 1), ("wrong", -1), ("undecided", 0))
        ),
        claim(
            "The derivatives are <>. ",
            lambda s, n, list_: all_pairs(list_, margins.TITLES, {k: slope for k, (_, slope) in n.items() if slope}),
        ),
        claim(
            "No pull at all from <>.",
            lambda s, n, who: names(who) == titles(margins.TITLES, [k for k, (_, slope) in n.items() if not slope]),
        ),
    ],
    "kl_loss": [
        claim(
            "The loss is {} nats; the other way round, from q to p, it would be {}.",
            lambda s, n, loss, reverse: near(loss, _kl(s)) and near(reverse, n["reverse"]),
        ),
        claim(
            "The largest pull on a logit is {}; it is 0 where q is p.",
            lambda s, n, pull: near(pull, max(map(abs, n["gradient"]))),
        ),
    ],
    "blocks": [
        *(
            claim(
                f"{{}} {word} of Linear and ReLU and a last layer: {{}} parameters in {{}} tensors.",
                lambda s, n, depth, total, tensors: (
                    value(depth) == s["depth"]
                    and value(total)
                    == (4 + 1) * s["width"] + (s["depth"] - 1) * (s["width"] + 1) * s["width"] + s["width"] + 1
                    and value(tensors) == 2 * (s["depth"] + 1)
                ),
            )
            for word in ("blocks", "block")
        ),
        claim(
            "A block is a class with parameters and a forward pass; the backward pass comes by itself, and blocks "
            "stand in blocks."
        ),
    ],
    "coin": [
        claim("{} heads and {} tails are likeliest at θ = {}.", _coin),
        claim("{} head and {} tails are likeliest at θ = {}.", _coin),
        claim("{} heads and {} tail are likeliest at θ = {}.", _coin),
        claim("{} head and {} tail are likeliest at θ = {}.", _coin),
        claim(
            "At θ = {} the likelihood is <>, a product of {} factors; its negative log, {}, is a sum, which does not underflow "
            "and is as easily minimized.",
            _likelihood,
        ),
        claim(
            "At θ = {} the likelihood is <>, a product of {} factor; its negative log, {}, is a sum, which does not underflow "
            "and is as easily minimized.",
            _likelihood,
        ),
    ],
    "entropy": [
        claim("The entropy of p is {} nats ({} bits).", _entropy),
        claim(
            "Believing q costs {} nats on average, {} more than needed: the KL divergence, 0 only where q is p.",
            lambda s, n, cross, kl: (
                near(cross, n["cross_entropy"])
                and near(kl, n["kl"])
                and math.isclose(n["cross_entropy"], n["entropy"] + n["kl"], abs_tol=1e-9)
            ),
        ),
        claim("What q holds impossible costs infinitely much when it happens."),
    ],
    "which_loss": [
        claim(
            "For <> (<>): <> on what the last layer gives, with nothing after it.",
            lambda s, n, problem, _, loss: problem == english(chooser.PROBLEMS[s["problem"]]) and loss == next(iter(n)),
        )
    ],
    "race": [],
    "trace": [],
    "rule": [
        claim(
            "Both have gone beyond what float64 holds.",
            lambda s, n: not _finite(n["by_hand"]) and not _finite(n["torch"]),
        ),
        claim(
            "One of the two has gone beyond what float64 holds.",
            lambda s, n: _finite(n["by_hand"]) != _finite(n["torch"]),
        ),
        claim("After {} steps the two are {} apart.", lambda s, n, steps, apart: _rules_apart(s, n, steps, apart)),
        claim("After {} step the two are {} apart.", lambda s, n, steps, apart: _rules_apart(s, n, steps, apart)),
        claim(
            "The notes divide by 1 − β at every step where Adam divides by 1 − βᵗ, so their correction never fades.",
            lambda s, n: s["name"] == "adam_notes",
        ),
    ],
    "learning_rate": [
        claim(
            "At lr = {} it diverges from step {} on.",
            lambda s, n, lr, step: near(lr, s["lr"]) and _left(s) == value(step),
        ),
        claim(
            "At lr = {} it ends {} above the minimum.",
            lambda s, n, lr, gap: near(lr, s["lr"]) and near(gap, n["gap"]) and _left(s) is None,
        ),
        claim("Of {} rates tried {} ends lowest.", _best_rate),
        claim("Of {} rates tried {} share the lowest end, the least of them {}, the largest {}.", _best_rates),
        claim("All {} rates tried fly off.", lambda s, n, tried: not np.isfinite(_rate_ends(s)).any()),
        claim("None of them flies off.", lambda s, n: np.isfinite(_rate_ends(s)).all()),
        claim(
            "From {} on they fly off.",
            lambda s, n, rate: (
                near(rate, _first_failure(s))
                and not np.isfinite(_rate_ends(s)[np.geomspace(1e-3, 3, 161) >= _first_failure(s)]).any()
            ),
        ),
        claim(
            "{} of them fly off, the least of which is {}.",
            lambda s, n, many, rate: (
                value(many) == np.sum(~np.isfinite(_rate_ends(s))) and near(rate, _first_failure(s))
            ),
        ),
    ],
    "batches": [
        claim("The least loss possible is {}, at w = ({}, {}).", lambda s, n, least, *_: near(least, _LEAST)),
        claim("Updates in {} epochs: <>. ", lambda s, n, epochs, text: _updates(s, epochs, text)),
        claim("Updates in {} epoch: <>. ", lambda s, n, epochs, text: _updates(s, epochs, text)),
        claim("They end above it by <>. ", _above),
        claim(
            "At this rate the loss grows: <>. ",
            lambda s, n, who: names(who) == {_BATCH_NAMES[name] for name in _grown(s)},
        ),
        claim(
            "Gradients at the start scatter with a standard deviation of {} for single rows and {} for <>.",
            lambda s, n, one, some, rows: (
                rows == f"{s['batch_size']} row{'s' * (s['batch_size'] != 1)}"
                and abs(value(some) - value(one) * ((200 / s["batch_size"] - 1) / 199) ** 0.5)
                < 0.25 * value(one) ** 0.5
                and value(some) <= value(one)
            ),
        ),
    ],
    "weight_decay": [
        claim(
            "With λ = {} the weight grows beyond all bounds: the steps are too large. ",
            lambda s, n, lambd: near(lambd, s["lambd"]) and not math.isfinite(n["norm"]),
        ),
        claim("With λ = {} the weight shrinks from a length of {} to {}; ", _changed("shrinks")),
        claim("With λ = {} the weight grows from a length of {} to {}; ", _changed("grows")),
        claim("With λ = {} the weight shrinks from a length of {} to {}. ", _changed("shrinks")),
        claim("With λ = {} the weight grows from a length of {} to {}. ", _changed("grows")),
        claim("without decay it ends at {}, {}% of where it began. ", _without),
        claim(
            "The training loss ends at {}, the test loss at {}.",
            lambda s, n, train, test: near(train, n["train_loss"]) and near(test, n["test_loss"]),
        ),
        claim(
            "{} rows cannot fix {} weights: the start and the decay decide about the rest.",
            lambda s, n, rows, inputs: (
                (value(rows), value(inputs)) == (s["rows"], s["inputs"]) and s["rows"] < s["inputs"]
            ),
        ),
    ],
    "polynomial": [
        claim("Degree {} has a mean squared error of {} on its {} points and of {} on 500 others.", _errors),
        claim("Least on the others: degree {}, {}.", _best_degree),
        claim(
            "No other degree does much better with these points and this penalty.", lambda s, n: not _far_from_best(s)
        ),
        claim("It fits its own points far better than others: it overfits.", _overfits),
        claim("It is far off on its own points too: it underfits.", _underfits),
    ],
    "sparsity": [
        claim("At λ = {} L1 puts {} of 20 weights to exactly 0 (4 inputs are useful; it drops {} of these).", _sparse),
        claim("L2 puts {} to 0: it shortens the whole weight, from {} without a penalty to {}.", _ridge),
    ],
    "dropout_mask": [
        claim(
            "p = 1 drops everything: there is nothing left to scale.",
            lambda s, n: s["p"] == 1 and not any(n["dropped"]),
        ),
        claim(
            "Each number is dropped with probability {}; those that stay ({} of the 15 positive ones this time) are "
            "multiplied by "
            "1 / (1 − p) = {}.",
            _masked,
        ),
        *(
            claim(
                f"Over {{}} {word} the means are at most {{}} off.",
                lambda s, n, draws, gap, word=word: (
                    value(draws) == s["draws"]
                    and (word == "draw") == (s["draws"] == 1)
                    and near(gap, np.abs(np.array(n["mean"]) - np.arange(16)).max())
                ),
            )
            for word in ("draws", "draw")
        ),
        claim("At evaluation nothing is dropped or scaled."),
    ],
    "dropout_net": [
        claim(
            "A net 20-32-32-1 learns from {} rows, 15 % of them labelled wrongly. With p = {} it ends at a test loss of {} and a "
            "test accuracy of {}%, without dropout at {} and {}%.",
            _net,
        ),
        claim("Test loss less training loss: {} with, {} without.", _gaps),
        claim("A loss of nan means that the run diverged.", lambda s, n: math.isnan(n["with"][1])),
    ],
    "signals": [
        *(
            claim(
                f"After {{}} {layers} of {{}} <> {units} the outputs have a standard deviation of {{}}; a gradient of standard "
                "deviation 1 at the last layer has {} at the inputs.",
                _signal,
            )
            for layers in ("layers", "layer")
            for units in ("units", "unit")
        ),
        claim("{}% of the outputs are saturated, below {} or above {}.", _saturated),
        claim("One of the two is above 100: it explodes.", lambda s, n: max(_two(n)) > 100),
        claim("One of the two is below 0.01: it vanishes.", lambda s, n: min(_two(n)) < 0.01),
        claim("Both lie between 0.01 and 100.", lambda s, n: 0.01 <= min(_two(n)) <= max(_two(n)) <= 100),
    ],
    "start_training": [
        claim("All have diverged: try a smaller learning rate.", lambda s, n: not _finite_losses(n)),
        claim("Lowest after 60 steps: <>, {} (random guessing: 0.693).", _lowest_loss),
        claim(
            "With <> every unit of the first layer is still a copy of its neighbours: their gradients are equal, so nothing "
            "breaks the symmetry.",
            _copies,
        ),
    ],
    "window": [
        claim(
            "Output size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊({} + 2·{} − {}·{} − 1) / {}⌋ + 1 = <b>{}</b>. Position {} of {}: "
            "<> = <b>{}</b>.",
            _window,
        )
    ],
    "kernel_on_picture": [
        claim("The outputs go from {} to {}; blue is below 0, orange above.", _kernel),
        claim(
            "The kernel sums to {}: where the picture is uniform and the padding far, an output is the picture's "
            "value times this "
            "sum.",
            lambda s, n, total: math.isclose(value(total), np.sum(s["kernel"]), rel_tol=0.01, abs_tol=1e-9),
        ),
    ],
    "pooling": [
        claim(
            "{} × {} becomes {} × {}, channel by channel: a pooling has no weights and mixes no channels. Position {} of {}: the "
            "<> of the window is {} in channel 1 and {} in channel 2.",
            _pooled,
        )
    ],
    "layer_size": [
        claim(
            "{} × {} × {} → {} × {} × {}, where ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊({} + 2·{} − {}·{} − 1) / {}⌋ + 1 = "
            "<b>{}</b>.",
            _shapes,
        ),
        claim("Connecting every input with every output would take {} times the convolution's parameters.", _costs),
        claim("A 1 × 1 convolution is a fully connected layer over the channels of each pixel."),
    ],
    "lenet5": [
        claim(
            "{} parameters, {} multiplications a picture: the convolutions do {}% of the work with {}% of the parameters.",
            _lenet,
        )
    ],
    "linear_regression": [
        *(
            claim(
                f"After {{}} {word} SGD is at most {{}} away from the true numbers, the closed form {{}}.",
                lambda s, n, epochs, sgd, closed, word=word: (
                    _away(s, n, epochs, sgd, closed) and (word == "epoch") == (s["epochs"] == 1)
                ),
            )
            for word in ("epochs", "epoch")
        ),
        claim(
            "Over the last epoch, from scratch and concise take the same steps from one place: they end at exactly the same "
            "numbers.",
            lambda s, n: _apart(n) == 0,
        ),
        claim(
            "Over the last epoch, from scratch and concise take the same steps from one place: they differ by {} at most.",
            lambda s, n, apart: near(apart, _apart(n), 2) and _apart(n) < 1e-9,
        ),
    ],
    "one_weight": [
        *(
            claim(
                f"w = {{}} after {{}} {word} (2 is best), cost {{}}; autograd comes to {{}}. Every step multiplies the distance "
                f"to 2 by {{}}, {verdict}",
                lambda s, n, *stated, holds=holds: _one_weight(s, n, *stated) and holds(_factor(s)),
            )
            for word in ("epochs", "epoch")
            for verdict, holds in (
                ("so it diverges.", lambda f: abs(f) > 1),
                ("so it jumps from side to side, ever closer.", lambda f: -1 <= f < 0),
                ("so it comes closer from one side.", lambda f: 0 <= f < 1),
            )
        )
    ],
    "autograd": [
        claim("Forward: y = {} · {} + {} = {}.", _forward),
        claim(
            "Backward: ∂y/∂x = w = {}, ∂y/∂w = x = {}, ∂y/∂b = {}.",
            lambda s, n, by_x, by_w, by_b: near(by_x, s["w"]) and near(by_w, s["x"]) and value(by_b) == 1,
        ),
    ],
    "backpropagation": [
        claim(
            "Step 0 of {}, forward: the inputs, the weights and the target are known; nothing is computed yet.",
            lambda s, n, last: s["step"] == 0 and value(last) == 25,
        ),
        claim("Step {} of 25, forward: the product <> · <> of {} and {} is {}.", _product),
        claim("Step {} of 25, forward: the sum <> of {}, {} and {} is {}.", _summed),
        claim("Step {} of 25, forward: <> makes <> = {} of <> = {}.", _activated),
        claim("Step {} of 25, forward: the loss of y = {} where t = {} is {}.", _loss_of),
        claim("Step {} of 25, backward: at y = {} the loss has slope {}: that is the gradient of y.", _loss_slope),
        claim(
            "Step {} of 25, backward: the gradient {} arrives at the sum <>, which hands it on unchanged to <>, <> and <>.",
            _sum_back,
        ),
        claim("Step {} of 25, backward: the gradient {} arrives at the product <> · <>.", _product_back),
        claim("It goes on to <> times {}, which is {}, and to <> times {}, which is {}.", _factors),
        claim(
            "With what came by the other unit <> has {}.",
            lambda s, n, x, both: _passes(both, _autograd(s)[1][_plain(x)]),
        ),
        claim("Step {} of 25, backward: the gradient {} arrives at <>.", _activation_back),
        claim("<> has slope {} at <> = {}, so {} goes on.", _sloped),
        claim(
            "Step 25 of 25, update: each weight moves against its gradient, by {} times it; the loss goes from {} to {}.",
            lambda s, n, lr, old, new: (
                s["step"] == 25 and near(lr, s["lr"]) and near(old, n["loss"]) and near(new, n["next"])
            ),
        ),
        claim("It has grown: the step was too large.", lambda s, n: not n["next"] <= n["loss"]),
        claim("Updates made: {}.", lambda s, n, many: value(many) == s["updates"] > 0),
    ],
    "two_layer_net": [
        *(
            claim(
                f"After {{}} {word} by the hand-written derivative the loss is {{}}. Where autograd takes over the derivative "
                "from step {} on, it is {}.",
                lambda s, n, steps, hand, near_step, autograd: (
                    value(steps) == s["steps"]
                    and 0 <= s["steps"] - value(near_step) < backward.EVERY
                    and value(near_step) % backward.EVERY == 0
                    and near(hand, n["hand"])
                    and near(autograd, n["autograd"])
                    and math.isclose(n["hand"], n["autograd"], rel_tol=1e-6)
                ),
            )
            for word in ("steps", "step")
        ),
        claim("At the start both gradients are exactly equal.", lambda s, n: n["difference"] == 0),
        claim(
            "At the start both gradients differ by {} of their size at most: rounding.",
            lambda s, n, size: value(size) < 1e-12,
        ),
    ],
    "curve_fit": [
        *(
            claim(
                f"After {{}} {word} the mean squared error is {{}}.",
                lambda s, n, steps, loss: value(steps) == s["steps"] and near(loss, n["loss"]),
            )
            for word in ("steps", "step")
        ),
        *(
            claim(
                f"{{}} {word} can draw a line of at most {{}} straight pieces.",
                lambda s, n, units, pieces: (value(units), value(pieces)) == (s["hidden"], s["hidden"] + 1),
            )
            for word in ("ReLU units", "ReLU unit")
        ),
        claim("The noise has a variance of 0.00333.", lambda s, n: near("0.00333", 0.2**2 / 12)),
    ],
}
CLAIMS["race"] = CLAIMS["trace"] = [
    claim("Choose an optimizer.", lambda s, n: not s["racers"]),
    claim("All have diverged: try a smaller learning rate.", lambda s, n: not _ends(s)),
    claim("After {} steps the lowest is <>, at f = {}.", _lowest),
    claim(
        "After {} step the lowest is <>, at f = {}.", lambda s, n, *stated: s["steps"] == 1 and _lowest(s, n, *stated)
    ),
    claim("Diverged: <>.", _gone),
]


def _kl(s: Setting) -> float:
    p = np.array(s["weights"]) / sum(s["weights"])
    log_q = np.array(s["logits"]) - _log_sum_exp(s["logits"])
    return max(0.0, sum(a * (math.log(a) - b) for a, b in zip(p, log_q) if a > 0))


def _label_weights(s: Setting) -> float:
    weights = s["weights"] * len(s["logits"][0]) if len(s["weights"]) == 1 else s["weights"]
    return float(sum(weights[label] for label in s["labels"] if label != s["ignore_index"]))


def _finite(numbers: list[float]) -> bool:
    return bool(np.isfinite(numbers[:-1]).all())


def _rules_apart(s: Setting, n: dict, steps: str, apart: str) -> bool:
    gap = max(abs(a - b) for a, b in zip(n["by_hand"][:-1], n["torch"][:-1]))
    return value(steps) == s["steps"] and near(apart, gap)


def _left(s: Setting) -> int | None:
    """Return the step from which a run stays outside the function's box, widened threefold, looking at each step."""
    function = objectives.find(s["function"])
    points = optimizers.race(function, s["name"], lr=s["lr"], steps=s["steps"]).points
    low, high = np.array(function.box).T
    outside = [not np.all((p >= low - (high - low)) & (p <= high + (high - low))) for p in points]
    if not outside[-1]:
        return None
    return max((step for step, away in enumerate(outside) if not away), default=-1) + 1


def _first_failure(s: Setting) -> float:
    return float(np.geomspace(1e-3, 3, 161)[np.argmax(~np.isfinite(_rate_ends(s)))])


def _updates(s: Setting, epochs: str, text: str) -> bool:
    expected = [s["epochs"] * math.ceil(200 / size) for size in (200, s["batch_size"], 1)]
    shown = [value(number) for number in re.findall(rf"{_NUMBER} for", text)]
    return value(epochs) == s["epochs"] and shown == expected
