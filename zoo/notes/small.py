"""Sections A1 to A4, A11 and E of the notes: what is trained or computed on the spot."""

import numpy as np
import torch

from zoo.lab import backpropagation, convolution, dropout, regression, regularization
from zoo.notes.corrections import sgd_step
from zoo.notes.figure import Figure, Spread, verdict

SEEDS = 30


def _linear(kind: str) -> regression.LinearFit:
    fit = {"scratch": regression.from_scratch, "concise": regression.concise, "closed": regression.closed_form}[kind]
    return fit(*regression.synthetic())


def _three_agree() -> str:
    scratch, concise, closed = (_linear(kind) for kind in ("scratch", "concise", "closed"))
    same = np.allclose(scratch.weight, concise.weight, atol=1e-9) and np.allclose(scratch.losses, concise.losses)
    return verdict("agree", same and np.allclose(scratch.weight, closed.weight, atol=1e-3))


def _loss_falls() -> str:
    losses = _linear("scratch").losses
    return verdict("to the noise, σ²/2", bool((np.diff(losses) < 0).all() and losses[-1] < 1.2 * 0.01**2 / 2))


def _one_weight(mean: bool) -> float:
    weights, _ = regression.one_weight() if mean else regression.one_weight_concise()
    return float(weights[-1])


def _same_gradients() -> str:
    net = backpropagation.two_layer_net()
    pairs = zip(backpropagation.gradients_by_hand(*net), backpropagation.gradients_by_autograd(*net))
    return verdict("equal", all(torch.allclose(ours, theirs) for ours, theirs in pairs))


def _two_layer_loss() -> str:
    losses = backpropagation.train(backpropagation.two_layer_net(), backpropagation.gradients_by_hand)
    return verdict("falls to nearly 0", losses[-1] < 1e-9 * losses[0])


def _curve_loss() -> str:
    curve = backpropagation.fit_curve()
    return verdict("falls from frame to frame", bool((np.diff(curve.losses) < 0).all()))


def _norm(lambd: float, concise: bool = False) -> Spread:
    norms = [float(regularization.weight_decay(lambd, concise=concise, seed=seed).norms[-1]) for seed in range(SEEDS)]
    return Spread(float(np.mean(norms)), min(norms), max(norms), SEEDS)


def _dropout(p: float) -> str:
    """Say what dropout makes of arange(16).reshape(2, 8)."""
    x = np.arange(16.0).reshape(2, 8)
    drawn = dropout.draws(x, p, count=100)
    kept = drawn != 0
    if not kept.any():
        return "all 0"
    if np.array_equal(drawn, np.broadcast_to(x, drawn.shape)):
        return "unchanged"
    scale = np.unique(drawn[kept] / np.broadcast_to(x, drawn.shape)[kept])
    return f"0 or times {scale.item():g}" if len(scale) == 1 else "something else"


def _decay_step() -> str:
    w, g, lr, lambd = torch.tensor([1.0, -2.0]), torch.tensor([0.3, 0.1]), 0.1, 0.5
    return verdict("(1 − ηλ)w − η·gradient", torch.allclose(sgd_step(w, g, lr, lambd), (1 - lr * lambd) * w - lr * g))


def _output_sizes() -> str:
    cases = [(n, k, p, s) for n in (8, 28) for k in (2, 3, 5) for p in (0, 1, 2) for s in (1, 2, 3)]
    ours = [convolution.output_size(n, k, padding=p, stride=s) for n, k, p, s in cases]
    return verdict("⌊(n − k + p + s)/s⌋", ours == [(n - k + 2 * p + s) // s for n, k, p, s in cases])


A1 = (
    Figure(
        "w, from scratch",
        "1.1, -4.5, 1.4",
        lambda: _linear("scratch").weight,
        within=((1.099, 1.101), (-4.501, -4.499), (1.399, 1.401)),
    ),
    Figure("b, from scratch", "1.191981", lambda: _linear("scratch").bias, within=((1.191, 1.193),)),
    Figure(
        "w, in closed form",
        "1.1, -4.5, 1.4",
        lambda: _linear("closed").weight,
        within=((1.099, 1.101), (-4.501, -4.499), (1.399, 1.401)),
    ),
    Figure("loss over 20 epochs", "to the noise, σ²/2", _loss_falls),
    Figure("from scratch, concise, closed form", "agree", _three_agree),
)
A2 = (
    Figure("w by hand, lr 0.1, 10 epochs", "2", lambda: _one_weight(mean=True), within=((1.99, 2.01),)),
    Figure(
        "w by nn.Linear, summed MSE, lr 0.01, 20 epochs", "2", lambda: _one_weight(mean=False), within=((1.99, 2.01),)
    ),
)
A3 = (
    Figure("gradients by hand and by autograd", "equal", _same_gradients),
    Figure("loss over 500 steps", "falls to nearly 0", _two_layer_loss),
)
A4 = (Figure("loss over 100 steps, every 10", "falls from frame to frame", _curve_loss),)
A11 = (
    Figure("‖w‖ without decay, from scratch", "13.1", lambda: _norm(0)),
    Figure("‖w‖ without decay, concise", "12.6", lambda: _norm(0, concise=True)),
    Figure("‖w‖ with λ = 3, from scratch", "0.34", lambda: _norm(3)),
    Figure("‖w‖ with λ = 3, concise", "0.37", lambda: _norm(3, concise=True)),
)
E = (
    Figure("y = wx + b at x 1, w 2, b 3: gradients", "2, 1, 1", lambda: backpropagation.affine(1, 2, 3)[1:]),
    Figure("output size of a convolution, p in all", "⌊(n − k + p + s)/s⌋", _output_sizes),
    Figure("dropout of arange(16), p 0", "unchanged", lambda: _dropout(0)),
    Figure("dropout of arange(16), p 0.5", "0 or times 2", lambda: _dropout(0.5)),
    Figure("dropout of arange(16), p 1", "all 0", lambda: _dropout(1)),
    Figure("a step with weight decay", "(1 − ηλ)w − η·gradient", _decay_step),
)
