"""The registry: a folder a model, with model.safetensors, config.json, README.md and training.png.

A folder is written whole or not at all, and every load compares the sha256 of the weights with the one in config.json.
"""

import difflib
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from zoo import card, files, models, plots
from zoo.classifier import Classifier

WEIGHTS, CONFIG, CARD, FIGURE = "model.safetensors", "config.json", "README.md", "training.png"
FILES = (WEIGHTS, CONFIG, CARD, FIGURE)
REQUIRED_KEYS = {
    "name": str,
    "architecture": str,
    "dataset": str,
    "recipe": dict,
    "seed": int,
    "labels": list,
    "preprocessing": dict,
    "confidence": dict,
    "metrics": dict,
    "history": list,
    "parameters": int,
    "sha256": dict,
    "data_sha256": dict,
    "versions": dict,
    "date": str,
}


class RegistryError(ValueError):
    """A model is unknown, incomplete, damaged or of another kind; the message says which, and the way out."""


def root() -> Path:
    """Return the folder of the models: `ZOO_WEIGHTS`, else `weights` beside the package (inside it where it is installed)."""
    if named := os.environ.get("ZOO_WEIGHTS"):
        return Path(named)
    package = Path(__file__).resolve().parent
    inside = package / "weights"
    return inside if inside.is_dir() else package.parent / "weights"


def names(folder: Path | None = None) -> list[str]:
    """Return the sorted names of the models in a folder (`root()` by default): the subfolders that hold a config.json."""
    folder = folder or root()
    if not folder.is_dir():
        return []
    files.settle_all(folder)
    return sorted(path.parent.name for path in folder.glob(f"*/{CONFIG}") if not path.parent.name.startswith("."))


def find(name: str) -> Path:
    """Return the folder of a model by its name in `root()`, or by its path. Raises RegistryError, with the nearest name."""
    folder = root() / name
    files.settle(folder)
    if (folder / CONFIG).is_file():
        return folder
    if Path(name).is_dir():
        return Path(name)
    known = names()
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"{root()} holds {', '.join(known) or 'no models'}"
    raise RegistryError(f"unknown model {name!r}; {hint} (python -m zoo list)")


def is_remote(name: str) -> bool:
    """Tell whether a name means a repository on the hub: "owner/name" or "owner/name@revision", and no folder here."""
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not Path(name).is_dir()


def save(folder: Path, state: dict[str, Tensor], config: dict[str, Any]) -> None:
    """Write a model folder, whole or not at all; a folder that was there is replaced.

    state: the tensors of the network. config: all of REQUIRED_KEYS but "sha256", which is computed here.
    """
    weights = safetensors.torch.save({key: t.detach().cpu().contiguous() for key, t in state.items()}, {"format": "pt"})
    config = {**config, "sha256": {WEIGHTS: hashlib.sha256(weights).hexdigest()}}
    with files.new_folder(folder) as new:
        (new / WEIGHTS).write_bytes(weights)
        (new / CONFIG).write_text(_as_json(config), encoding="utf-8")
        (new / CARD).write_text(card.render(config), encoding="utf-8")
        plots.save(plots.training(config), new / FIGURE)


def _as_json(config: dict[str, Any]) -> str:
    """Return a config as JSON for people: indented, but a list of numbers or words on one line."""
    text = json.dumps(config, indent=1, ensure_ascii=False) + "\n"
    return re.sub(r"\[\s+([^][{}]*?)\s+]", lambda found: "[" + " ".join(found[1].split()) + "]", text)


def rewrite(folder: Path) -> None:
    """Generate the card and the figure of a model folder anew from its config."""
    config = read_config(folder)
    files.write(folder / CARD, card.render(config).encode())
    plots.save(plots.training(config), folder / FIGURE)


def read_config(folder: Path) -> dict[str, Any]:
    """Return the facts of a model folder. Raises RegistryError where it is no model or its config.json is incomplete."""
    path = Path(folder) / CONFIG
    if not path.is_file():
        raise RegistryError(f"{folder} is no model: it holds no {CONFIG} (a model folder holds {', '.join(FILES)})")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RegistryError(f"{path} cannot be read: {error}; fetch the model again") from error
    wrong = [
        key
        for key, kind in REQUIRED_KEYS.items()
        if not isinstance(config, dict) or not isinstance(config.get(key), kind)
    ]
    if wrong:
        raise RegistryError(f"{path} lacks {', '.join(wrong)}; it is not a config of this zoo, or it was cut short")
    if config["architecture"] not in models.ARCHITECTURES:
        known = ", ".join(models.ARCHITECTURES)
        raise RegistryError(f"{path}: unknown architecture {config['architecture']!r}; expected one of {known}")
    return config


def load(folder: Path) -> Classifier:
    """Return the classifier of a model folder. Raises RegistryError on a wrong hash, a missing or extra key, a wrong shape."""
    config = read_config(folder)
    state = _read_weights(Path(folder) / WEIGHTS, config)
    model = models.build(config["architecture"])
    expected = {key: tuple(t.shape) for key, t in model.state_dict().items()}
    found = {key: tuple(t.shape) for key, t in state.items()}
    if expected != found:
        wrong = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
        detail = "; ".join(
            f"{key}: expected {expected.get(key, 'nothing')}, got {found.get(key, 'nothing')}" for key in wrong
        )
        raise RegistryError(f"{folder} does not fit {config['architecture']}: {detail}")
    model.load_state_dict(state, assign=True)
    return Classifier(model.requires_grad_(False), config)


def _read_weights(path: Path, config: dict[str, Any]) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file after comparing its sha256 with the config's."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RegistryError(f"{path} cannot be read: {error.strerror}; fetch the model again") from error
    digest, expected = hashlib.sha256(content).hexdigest(), config["sha256"].get(WEIGHTS)
    if digest != expected:
        raise RegistryError(
            f"{path} is damaged or was changed: {len(content):,} bytes with sha256 {digest[:12]}…, "
            f"expected {str(expected)[:12]}…; fetch the model again"
        )
    try:
        return safetensors.torch.load(content)
    except SafetensorError as error:
        raise RegistryError(f"{path} is no safetensors file: {error}; nothing else is ever loaded") from error


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a model folder, a sentence each; nothing when it is whole."""
    try:
        config = load(folder).config
    except RegistryError as error:
        return [str(error)]
    folder = Path(folder)
    problems = [f"{folder / name} is missing" for name in FILES if not (folder / name).is_file()]
    if not problems and not card.agrees((folder / CARD).read_text(encoding="utf-8"), config):
        problems.append(f"{folder / CARD} does not say what {CONFIG} says; run `python -m zoo verify --rewrite`")
    return problems
