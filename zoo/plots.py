"""Figures of a training run, drawn with `matplotlib.figure.Figure` (pyplot is not safe under threads)."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from zoo import files
from zoo.config import Bin, Config

TRAIN, WATCHED, TEACHER = "#7a8799", "#d1495b", "#c9a227"
FEW = 10
"""Answers below which a bin's accuracy says nothing."""

Reliability = Mapping[str, Sequence[Bin]]
"""Bins of equally sure answers, "before" and "after" the temperature."""


def training(config: Config) -> Figure:
    """Return the figure of a model's config: loss and accuracies by epoch, how sure it is, confusion on the test set."""
    figure = Figure(figsize=(12, 6), layout="constrained")
    grid = figure.add_gridspec(2, 3, width_ratios=[1, 1, 1.35])
    _loss(figure.add_subplot(grid[0, 0]), config)
    _accuracies(figure.add_subplot(grid[0, 1]), config)
    if config.metrics.reliability:
        _reliability(figure.add_subplot(grid[1, 0]), config.metrics.reliability)
        _confidences(figure.add_subplot(grid[1, 1]), config.metrics.reliability)
    confusion(figure.add_subplot(grid[:, 2]), np.array(config.metrics.confusion), config.labels)
    figure.suptitle(config.name, fontsize=11, fontweight="bold")
    return figure


def _loss(axes: Axes, config: Config) -> None:
    history = config.history
    axes.plot([e["epoch"] for e in history], [e["train_loss"] for e in history], color=TRAIN, marker=".")
    title = "Training loss, against the teacher's answers" if config.teacher else "Training loss"
    axes.set(title=title, xlabel="epoch", ylabel="cross entropy")
    _tidy(axes)


def _accuracies(axes: Axes, config: Config) -> None:
    history, watched = config.history, config.recipe.watched_split
    epochs = [e["epoch"] for e in history]
    for key, label, colour in (
        ("train_agreement", "agreement with the teacher", TEACHER),
        ("train_accuracy", "training labels", TRAIN),
    ):
        if key in history[0]:
            axes.plot(epochs, [e[key] for e in history], color=colour, marker=".", label=label)
    axes.plot(epochs, [e[config.watched] for e in history], color=WATCHED, marker=".", label=watched)
    axes.set(title="Accuracy", xlabel="epoch")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    _tidy(axes)


def _reliability(axes: Axes, bins: Reliability) -> None:
    """Draw accuracy against confidence, before and after the temperature; bins of fewer than FEW answers are left out."""
    axes.plot([0, 1], [0, 1], color="black", alpha=0.3, linewidth=1)
    for name, colour in (("before", TRAIN), ("after", WATCHED)):
        points = [(sure, right) for count, sure, right in bins[name] if count >= FEW]
        axes.plot(*zip(*points), color=colour, marker="o", markersize=4, label=f"{name} the temperature")
    axes.set(title="Reliability on the test set", xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    _tidy(axes, whole=False)


def _confidences(axes: Axes, bins: Reliability) -> None:
    """Draw how many answers are how sure, before and after the temperature."""
    for shift, name, colour in ((0.0, "before", TRAIN), (0.5, "after", WATCHED)):
        width = 1 / len(bins[name])
        left = [(i + shift) * width for i in range(len(bins[name]))]
        counts = [count for count, _, _ in bins[name]]
        axes.bar(left, counts, width / 2, align="edge", color=colour, label=f"{name} the temperature")
    axes.set(title="How sure the answers are", xlabel="confidence", ylabel="test images", yscale="symlog", xlim=(0, 1))
    axes.set_ylim(0, 2e4)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    _tidy(axes, whole=False)


def _tidy(axes: Axes, whole: bool = True) -> None:
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if whole:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def confusion(axes: Axes, counts: np.ndarray, labels: Sequence[str]) -> None:
    """Draw a confusion matrix with its mistakes coloured and counted. counts int (C, C): row = label, column = prediction."""
    mistakes = counts * ~np.eye(len(counts), dtype=bool)
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(1, mistakes.max()))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            dark = row != column and count > mistakes.max() * 0.6
            colour = "white" if dark else "#2f6f4f" if row == column else "black"
            axes.text(column, row, str(count), ha="center", va="center", fontsize=6.5, color=colour)
    ticks = range(len(labels))
    long = max(map(len, labels)) > 2
    axes.set_xticks(ticks, labels, fontsize=7, rotation=45 if long else 0, ha="right" if long else "center")
    axes.set_yticks(ticks, labels, fontsize=7)
    axes.set(title="Test set: label against prediction", xlabel="prediction", ylabel="label")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG at 100 dots an inch, whole or not at all."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    files.write(path, buffer.getvalue())
