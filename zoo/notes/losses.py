"""Section C of the notes: loss functions."""

import numpy as np
import torch

from zoo import functional as F
from zoo import metrics
from zoo.lab import information, losses
from zoo.notes.figure import Figure, verdict

NLL_LOGITS = [
    [0.7382, 0.7357, 0.1277, 0.5875, 0.4181],
    [0.4176, 0.3701, 0.9907, 0.3997, 0.0968],
    [0.7373, 0.5034, 0.9795, 0.5484, 0.1390],
]
NLL_LABELS = [1, 0, 4]
LOGITS = [[0.5953, 0.9872, 0.7510], [0.9447, 0.0602, 0.7399], [0.2185, 0.6771, 0.0168], [0.7719, 0.8075, 0.7505]]
LABELS = [1, 0, 2, 1]
BCE_LOGITS, BCE_TARGETS = [-0.7001, -0.7231, -0.2049], [0.0, 0.0, 1.0]
PROBABILITIES, TWO_LABELS = [[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], [0, 2]
WEATHER = [0.5, 0.2, 0.3]


def _coin() -> float:
    theta = np.linspace(0, 1, 1001)
    return float(theta[information.log_likelihood(theta, heads=7, tosses=10).argmax()])


def _bce(on_logits: bool) -> float:
    logits, targets = torch.tensor(BCE_LOGITS), torch.tensor(BCE_TARGETS)
    if on_logits:
        return F.binary_cross_entropy_with_logits(logits, targets).item()
    return F.binary_cross_entropy(F.sigmoid(logits), targets).item()


def _one_hot_refused() -> str:
    try:
        F.nll_loss(F.log_softmax(torch.tensor(LOGITS)), torch.eye(3)[LABELS])
    except ValueError:
        return "refused"
    return "taken"


def _cross_entropy_splits() -> str:
    q = [0.1, 0.6, 0.3]
    parts = information.entropy(WEATHER) + information.kl_divergence(WEATHER, q)
    return verdict("entropy + KL", bool(np.isclose(information.cross_entropy(WEATHER, q), parts)))


def _picked() -> np.ndarray:
    return np.array(PROBABILITIES)[[0, 1], TWO_LABELS]


FIGURES = (
    Figure("coin, 7 heads of 10: likeliest θ", "0.7", _coin),
    Figure(
        "NLL of log-softmax, 3 rows of 5",
        "1.7342",
        lambda: F.nll_loss(F.log_softmax(torch.tensor(NLL_LOGITS)), torch.tensor(NLL_LABELS)).item(),
    ),
    Figure("cross entropy, 4 rows of 3, class indices", "1.0491", lambda: losses.cross_entropy(LOGITS, LABELS).value),
    Figure(
        "cross entropy, 4 rows of 3, one-hot rows",
        "1.0491",
        lambda: losses.cross_entropy(LOGITS, np.eye(3)[LABELS]).value,
    ),
    Figure("NLL of one-hot rows", "refused", _one_hot_refused),
    Figure("BCE: sigmoid of the logits", "0.3318, 0.3267, 0.4490", lambda: F.sigmoid(torch.tensor(BCE_LOGITS)).numpy()),
    Figure("BCE of the sigmoid", "0.5332", lambda: _bce(on_logits=False)),
    Figure("BCE with logits", "0.5332", lambda: _bce(on_logits=True)),
    Figure("picked probabilities of two rows", "0.1, 0.5", _picked),
    Figure("their cross entropies", "2.3026, 0.6931", lambda: information.information(_picked())),
    Figure(
        "their accuracy",
        "0.5",
        lambda: metrics.accuracy(torch.tensor(PROBABILITIES), torch.tensor(TWO_LABELS)),
    ),
    Figure("weather (0.5, 0.2, 0.3): information of each", "", lambda: information.information(WEATHER)),
    Figure("weather: entropy", "1.0297", lambda: information.entropy(WEATHER)),
    Figure("cross entropy of two distributions", "entropy + KL", _cross_entropy_splits),
)
