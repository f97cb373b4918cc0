"""Section F of the notes: where they are wrong, with the figures of what is right."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from zoo import data, train
from zoo.lab import activations, initialization, losses, objectives, optimizers, regularization
from zoo.models import Network
from zoo.notes.figure import Figure, MissingError, Spread, verdict
from zoo.notes.losses import LABELS, LOGITS, NLL_LABELS, NLL_LOGITS
from zoo.recipes import RECIPES

STRETCHED, WAVE = objectives.find("stretched"), objectives.find("wave")


def _start_gradients() -> float:
    once, twice = losses.double_softmax(np.zeros((1, 10)), [0])
    return float(once.gradient[0, 0] / twice.gradient[0, 0])


class SoftmaxTwice(Network):
    """A network with a softmax behind its logits, as the notes have it before a cross entropy that takes another."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network, self.softmax = network, nn.Softmax(dim=1)

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        return {**self.network.stages(), "softmax": (self.softmax,)}


def trained(recipe: str, *, softmax_twice: bool, epochs: int = 10, seed: int = 0) -> float:
    """Return the test accuracy of a recipe whose network ends, by mistake, in a softmax before the cross entropy."""
    if not data.is_present("fashion-mnist"):
        raise MissingError("needs Fashion-MNIST: zoo train fetches it, ZOO_DATA names its folder")
    run = train.start(replace(RECIPES[recipe], epochs=epochs, init="pytorch"), seed=seed)
    if softmax_twice:
        run.model = SoftmaxTwice(run.model)
    return train.fit(run).history[-1]["test_accuracy"]


def _pair(recipe: str) -> list[float]:
    return [trained(recipe, softmax_twice=twice) for twice in (False, True)]


def _adam(steps: int) -> np.ndarray:
    return optimizers.race(STRETCHED, "adam", lr=0.16, steps=steps).points[-1]


def _printed_inputs() -> list[np.ndarray]:
    return [losses.cross_entropy(NLL_LOGITS, NLL_LABELS).value, losses.cross_entropy(LOGITS, LABELS).value]


def _initialised_layers() -> int:
    """Count the layers that the notes' init function reaches."""
    reached: list[nn.Module] = []

    def init(layer: nn.Module) -> None:
        if type == nn.Linear:  # noqa: E721  (the mistake)
            reached.append(layer)

    nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).apply(init)
    return len(reached)


def _wrong_labels() -> str:
    prediction, labels = torch.zeros(64, 10), torch.zeros(100, 10)
    try:
        (prediction - labels).square().sum()
    except RuntimeError:
        return "crashes"
    return "runs"


def _bare_backward() -> str:
    logits = torch.zeros(4, 3, requires_grad=True)
    try:
        nn.functional.cross_entropy(logits, torch.zeros(4, dtype=torch.int64), reduction="none").backward()
    except RuntimeError:
        return "raises"
    return "runs"


def _gradients_flow() -> str:
    net = nn.Linear(2, 1).eval()
    in_eval = net(torch.ones(1, 2)).requires_grad
    with torch.no_grad():
        in_no_grad = net(torch.ones(1, 2)).requires_grad
    return f"eval: {in_eval}, no_grad: {in_no_grad}"


def _spread(scheme: str, activation: str, scale: float = 0.0, seed: int = 0) -> float:
    return float(initialization.signals(scheme, activation, scale=scale, seed=seed).spread()[-1])


def _spreads(scheme: str, activation: str, seeds: int = 10) -> Spread:
    spreads = [_spread(scheme, activation, seed=seed) for seed in range(seeds)]
    return Spread(float(np.mean(spreads)), min(spreads), max(spreads), seeds)


def _saturated() -> float:
    return float(initialization.signals("normal", "tanh", scale=1.0).saturated()[-1])


def _collapse_with_relu() -> str:
    layers = activations.random_layers(hidden=8)
    x = np.linspace(-3, 3, 50)[:, None]
    weight, bias = activations.collapse(*layers)
    return verdict("differ", not np.allclose(activations.two_layers(x, *layers, activation="relu"), x @ weight + bias))


def _wave_without_c() -> str:
    x = 10.0
    for _ in range(10):
        x -= 2 * (np.cos(x) - x * np.sin(x))
    return "-1.528166" if round(x, 6) == -1.528166 else "not -1.528166"


def _softmax_formula() -> str:
    v = np.array([3.0, 1.0, -3.0])
    return verdict("exp(v_i), not exp(i)", np.allclose(activations.softmax(v), np.exp(v) / np.exp(v).sum()))


def _weighted_mean() -> str:
    weight = np.array([1.0, 5.0, 2.0])
    rows = losses.cross_entropy(LOGITS, LABELS, weight=weight, reduction="none").value
    mean = losses.cross_entropy(LOGITS, LABELS, weight=weight).value
    return verdict("sum of the weights", np.isclose(mean, rows.sum() / weight[LABELS].sum()).all())


def sgd_step(w: Tensor, gradient: Tensor, lr: float, weight_decay: float) -> Tensor:
    """Return the weight after one step of `torch.optim.SGD`. w and gradient of one shape."""
    parameter = w.clone().requires_grad_()
    parameter.grad = gradient.clone()
    torch.optim.SGD([parameter], lr=lr, weight_decay=weight_decay).step()
    return parameter.detach()


def _decay_is_half() -> str:
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    (by_penalty,) = torch.autograd.grad(0.3 / 2 * w.square().sum(), w)
    stepped = sgd_step(w.detach(), torch.zeros(2), lr=0.1, weight_decay=0.3)
    return verdict("λ/2 ‖w‖²", torch.allclose(stepped, w.detach() - 0.1 * by_penalty))


def _pull_of_mse() -> float:
    """Return how much harder MSE without the ½ pulls than half of it."""
    return float(losses.regression("mse", 0.7)[1] / 0.7)


def _classic_dropout_scale(p: float = 0.2) -> float:
    """Return what the output has to be scaled by at test time if dropout only zeroes in training."""
    generator = torch.Generator().manual_seed(0)
    return torch.empty(1_000_000).bernoulli_(1 - p, generator=generator).mean().item()


def _nesterov(lr: float) -> optimizers.Path:
    return optimizers.descend(STRETCHED, "nesterov", lr=lr, beta=0.5)


def _wave_end(start: float) -> list[float]:
    path = optimizers.descend(WAVE, "gd", lr=0.1, start=[start], steps=300)
    return [float(path.points[-1, 0]), float(path.values[-1])]


def _norms(epoch: int, seeds: int = 20) -> Spread:
    norms = [float(regularization.weight_decay(0, seed=seed).norms[epoch]) for seed in range(seeds)]
    return Spread(float(np.mean(norms)), min(norms), max(norms), seeds)


CORRECTIONS: dict[int, tuple[Figure, ...]] = {
    1: (
        Figure("least loss for 10 classes", "1.4612", losses.double_softmax_floor),
        Figure("gradient at the start, how many times smaller", "10", _start_gradients),
        Figure(
            "softmax regression, 10 epochs: test accuracy without, with (0.72 to 0.78 by seed)",
            "0.836, 0.777",
            lambda: _pair("softmax-fashion-mnist-notes"),
            within=((0.825, 0.845), (0.71, 0.79)),
        ),
        Figure(
            "MLP, 10 epochs: test accuracy without, with (0.73 to 0.80 by seed)",
            "0.849, 0.793",
            lambda: _pair("mlp-256-fashion-mnist-notes"),
            within=((0.83, 0.87), (0.71, 0.81)),
        ),
    ),
    2: (
        Figure("torch.optim.Adam, 20 steps", "-1.980180, 0.398413", lambda: _adam(20)),
        Figure("torch.optim.Adam, 50 steps", "0.226772, -0.120342", lambda: _adam(50)),
        Figure(
            "as the notes wrote it, 20 steps",
            "0.131652, 0.447787",
            lambda: optimizers.descend(STRETCHED, "adam_notes", lr=0.16).points[-1],
        ),
    ),
    3: (Figure("NLL and cross entropy of the printed inputs", "1.7342, 1.0491", _printed_inputs),),
    4: (
        Figure("largest whole logit with a finite exp in float32", "88", lambda: np.floor(np.log(np.finfo("f").max))),
        Figure("softmax of (89, 0) as printed", "nan, 0.0", lambda: ", ".join(map(str, losses.naive_softmax([89, 0])))),
        Figure("the same less its maximum", "1, 0", lambda: activations.softmax([89, 0])),
        Figure("log of a probability of 0", "-inf", lambda: str(torch.log(torch.tensor(0.0)).item())),
    ),
    5: (Figure("layers of two that it reaches", "0", _initialised_layers),),
    6: (Figure("squared error of 64 predictions and 100 labels", "crashes", _wrong_labels),),
    7: (Figure("rows in the last of the batches of 256 from 60,000", "96", lambda: 60_000 % 256),),
    8: (Figure("what is reported for a loss of 0.3326", "0.0013", lambda: 0.3326 * np.ceil(60_000 / 256) / 60_000),),
    9: (Figure("backward() on a vector of losses", "raises", _bare_backward),),
    10: (Figure("does the output require a gradient", "eval: True, no_grad: False", _gradients_flow),),
    11: (
        Figure("tanh, N(0, 1): spread after 10 layers of 500", "0.98", lambda: _spread("normal", "tanh", 1.0)),
        Figure("tanh, N(0, 1): share above 0.95 in size", "0.93", _saturated),
        Figure("tanh, N(0, 0.01²)", "3e-7", lambda: _spread("normal", "tanh", 0.01)),
        Figure("tanh, Xavier", "0.23", lambda: _spread("xavier-normal", "tanh")),
        Figure("ReLU, Xavier", "0.025", lambda: _spreads("xavier-normal", "relu")),
        Figure("ReLU, He", "0.79", lambda: _spreads("he-normal", "relu")),
    ),
    12: (
        Figure("softmax", "exp(v_i), not exp(i)", _softmax_formula),
        Figure("ReLU'(0)", "0", lambda: activations.curve("relu", 0)[1]),
        Figure("f(x W1 + b1) W2 + b2 and x W + b", "differ", _collapse_with_relu),
        Figure("x cos x from 10, 10 steps, lr 2", "not -1.528166", _wave_without_c),
    ),
    13: (Figure("divisor", "sum of the weights", _weighted_mean),),
    14: (
        Figure("penalty of weight_decay", "λ/2 ‖w‖²", _decay_is_half),
        Figure("pull of MSE against half of it", "2", _pull_of_mse),
    ),
    15: (Figure("classic form, p 0.2: scale", "0.80", _classic_dropout_scale),),
    16: (
        Figure("x₂ after 20 steps, lr 0.6, β 0.5", "-8.1e7", lambda: _nesterov(0.6).points[-1, 1]),
        Figure("x₂ after 20 steps, lr 0.3, β 0.5", "0.0000", lambda: _nesterov(0.3).points[-1, 1]),
    ),
    17: (
        Figure("the minimum beside −1.528: x, f", "-1.8257, -1.19", lambda: _wave_end(-1.528166)),
        Figure("from 10 with lr 0.1: x, f", "7.27, -6.98", lambda: _wave_end(10.0)),
    ),
    18: (
        Figure("√200, expected at the start", "14.1", lambda: np.sqrt(200)),
        Figure("‖w‖ at the start", "14.1", lambda: _norms(0)),
        Figure("‖w‖ after 100 epochs without decay", "13.4", lambda: _norms(-1)),
    ),
    19: (),
}
"""Number -> the figures that show what is right (titles.py says it in words)."""
