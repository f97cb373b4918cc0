"""The results table of the README, generated from the configs: ours, the notes' runs, what they printed, what is published."""

from pathlib import Path

from zoo import files, registry
from zoo.architectures import ARCHITECTURES
from zoo.card import percent, spread
from zoo.config import Config
from zoo.datasets import DATASETS

BEGIN = "<!-- results: written by `python -m zoo list --readme README.md` -->\n"
END = "<!-- end of results -->"

PRINTED = {"A5": 0.8417, "A7": 0.8786, "A10": 0.9904}
"""Test accuracies that the source notes print, by system."""

LECUN = ("LeCun et al. 1998", "https://doi.org/10.1109/5.726791")
XIAO = ("Xiao et al. 2017", "https://arxiv.org/abs/1708.07747")
SUBMITTED = ("benchmark list", "https://github.com/zalandoresearch/fashion-mnist#benchmark")

PUBLISHED = {
    ("softmax", "mnist"): ("88.0 %, linear classifier", LECUN),
    ("mlp-256", "mnist"): ("95.3 %, 300 hidden units", LECUN),
    ("mlp-256-128", "mnist"): ("96.95 %, 300-100", LECUN),
    ("lenet5", "mnist"): ("99.05 %; 99.2 % with distortions", LECUN),
    ("softmax", "fashion-mnist"): ("84.2 %, logistic regression", XIAO),
    ("mlp-256", "fashion-mnist"): ("87.1 %, 100 hidden units", XIAO),
    ("mlp-256-128", "fashion-mnist"): ("90.0 %, 256-128-64", SUBMITTED),
    ("lenet5", "fashion-mnist"): ("92.5 %, two convolutions, under 100,000 parameters", SUBMITTED),
}
"""Figures for comparable networks, and where they are published."""


def results(folder: Path | None = None) -> str:
    """Return the results table as Markdown, a row for each architecture and data set, from the configs in a folder."""
    folder = folder or registry.root()
    configs = {name: registry.read_config(folder / name) for name in registry.names(folder)}
    lines = [
        "| network | data | parameters | ours | the notes' recipe | notes printed | published |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for dataset in DATASETS:
        for architecture in ARCHITECTURES:
            alike = [c for c in configs.values() if (c.architecture, c.dataset) == (architecture, dataset)]
            notes = [config for config in alike if config.repeats_notes]
            if ours := configs.get(f"{architecture}-{dataset}"):
                lines.append(_row(ours, notes))
    return "\n".join(lines) + "\n"


def _row(ours: Config, notes: list[Config]) -> str:
    origins = [config.recipe.origin for config in notes]
    figure, source = PUBLISHED.get((ours.architecture, ours.dataset), ("", ("", "")))
    cells = [
        f"[{ours.architecture}](weights/{ours.name}/README.md)",
        ours.data.title,
        f"{ours.parameters:,}",
        f"**{spread(ours)}**",
        "; ".join(f"{spread(config)} ({origin})" for config, origin in zip(notes, origins)),
        "; ".join(percent(PRINTED[origin]) for origin in origins if origin in PRINTED),
        f"{figure} ([{source[0]}]({source[1]}))" if figure else "",
    ]
    return f"| {' | '.join(cells)} |"


def in_readme(text: str) -> str:
    """Return the results table that a README holds between its two marks. Raises ValueError where a mark is missing."""
    return text[slice(*_between(text))]


def write_into(path: Path) -> None:
    """Put the present results between the marks of a README; the rest stays as it is."""
    text = path.read_text(encoding="utf-8")
    first, last = _between(text)
    files.write(path, (text[:first] + results() + text[last:]).encode())


def _between(text: str) -> tuple[int, int]:
    if BEGIN not in text or END not in text:
        raise ValueError(f"the README lacks the marks {BEGIN.strip()!r} and {END!r}, between which the results go")
    return text.index(BEGIN) + len(BEGIN), text.index(END)
