"""Figures of a training run, drawn with `matplotlib.figure.Figure` (pyplot is not safe under threads)."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from zoo import files
from zoo.config import Config

TRAIN, WATCHED = "#7a8799", "#d1495b"


def training(config: Config) -> Figure:
    """Return the figure of a model's config: training loss, accuracies by epoch, confusion on the test set."""
    figure = Figure(figsize=(12, 3.8), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.15])
    _loss(left, config)
    _accuracies(middle, config)
    confusion(right, np.array(config.metrics.confusion), config.labels)
    figure.suptitle(config.name, fontsize=11, fontweight="bold")
    return figure


def _loss(axes: Axes, config: Config) -> None:
    history = config.history
    axes.plot([e["epoch"] for e in history], [e["train_loss"] for e in history], color=TRAIN, marker=".")
    axes.set(title="Training loss", xlabel="epoch", ylabel="cross entropy")
    _tidy(axes)


def _accuracies(axes: Axes, config: Config) -> None:
    history, watched = config.history, config.recipe.watched_split
    epochs = [e["epoch"] for e in history]
    axes.plot(epochs, [e["train_accuracy"] for e in history], color=TRAIN, marker=".", label="train, while training")
    axes.plot(epochs, [e[config.watched] for e in history], color=WATCHED, marker=".", label=watched)
    axes.set(title="Accuracy", xlabel="epoch")
    axes.legend(frameon=False, loc="lower right")
    _tidy(axes)


def _tidy(axes: Axes) -> None:
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
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
