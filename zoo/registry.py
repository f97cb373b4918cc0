"""The registry: a folder a model, with weights, the matrices of familiarity, config.json, card and figure.

A folder is written whole or not at all, and every load compares the sha256 of the tensors with those in config.json.
"""

import difflib
import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from zoo import architectures, files
from zoo.classifier import Classifier
from zoo.config import FAMILIARITY, WEIGHTS, Config, ConfigError
from zoo.familiarity import Distances, Familiar
from zoo.folders import CONFIG, names, root

CARD, FIGURE = "README.md", "training.png"
FILES = (WEIGHTS, FAMILIARITY, CONFIG, CARD, FIGURE)
REQUIRED = (WEIGHTS, CONFIG, CARD, FIGURE)
"""What every model folder holds; an old one has what is familiar in its config.json."""
LARGEST_CONFIG = 4 * 2**20
"""Bytes of a config.json that are read; a run of 1,000 epochs writes a tenth of that."""


class RegistryError(ValueError):
    """A model is unknown, incomplete, damaged or of another kind; the message says which, and the way out."""


def find(name: str) -> Path:
    """Return the folder of a model by its name in `root()`, or by its path. Raises RegistryError, with the nearest name."""
    folder = root() / name
    files.settle(folder)
    if os.path.isfile(folder / CONFIG):  # not `is_file`, which raises where a name is too long for the system
        return folder
    if os.path.isdir(name):
        return Path(name)
    known = names()
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"{root()} holds {', '.join(known) or 'no models'}"
    raise RegistryError(f"unknown model {name[:120]!r}; {hint} (python -m zoo list)")


def is_remote(name: str) -> bool:
    """Tell whether a name means a repository on the hub: "owner/name" or "owner/name@revision", and no folder here."""
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not os.path.isdir(name)


def save(folder: Path, state: dict[str, Tensor], config: Config, familiar: Familiar | Distances) -> None:
    """Write a model folder, whole or not at all; a folder that was there is replaced.

    state: the tensors of the network. config: its facts, but for the sha256, which are computed here.
    """
    weights = safetensors.torch.save({key: t.detach().cpu().contiguous() for key, t in state.items()}, {"format": "pt"})
    write(folder, weights, config, familiar)


def write(folder: Path, weights: bytes, config: Config, familiar: Familiar | Distances) -> None:
    """Write a model folder, whole or not at all. weights: the bytes of its safetensors file."""
    from zoo import card, plots

    matrices = safetensors.torch.save(familiar.tensors, {"format": "pt"})
    contents = {WEIGHTS: weights, FAMILIARITY: matrices}
    config = replace(config, sha256={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()})
    with files.new_folder(folder) as new:
        for name, content in contents.items():
            (new / name).write_bytes(content)
        (new / CONFIG).write_text(config.to_json(), encoding="utf-8")
        (new / CARD).write_text(card.render(config), encoding="utf-8")
        plots.save(plots.training(config), new / FIGURE)


def put(folder: Path) -> None:
    """Put a model folder into `root()` under its own name, whole or not at all; one that was there is replaced."""
    config = load(folder).config
    with files.new_folder(root() / config.name) as new:
        for name in files_of(config):
            shutil.copyfile(folder / name, new / name)


def rewrite(folder: Path) -> None:
    """Write a model folder anew from its weights and facts: config.json in the present schema, card and figure."""
    classifier = load(folder)
    config = classifier.config
    threshold = replace(config.confidence.familiarity, means=None, precision=None)
    config = replace(config, confidence=replace(config.confidence, familiarity=threshold))
    write(folder, (folder / WEIGHTS).read_bytes(), config, classifier.familiar)


def rehearse(config: Config) -> None:
    """Raise what writing a model folder of these facts would raise, with nothing written."""
    from zoo import card

    Config.from_json(replace(config, sha256={WEIGHTS: ""}).to_json())
    card.render(config)


def read_config(folder: Path) -> Config:
    """Return the facts of a model folder. Raises RegistryError where it is no model or its config.json is not sound."""
    path = Path(folder) / CONFIG
    if not path.is_file():
        raise RegistryError(f"{folder} is no model: it holds no {CONFIG} (a model folder holds {', '.join(FILES)})")
    try:
        if (size := path.stat().st_size) > LARGEST_CONFIG:
            raise RegistryError(f"{path} has {size:,} bytes, more than any config; fetch the model again")
        return Config.from_json(path.read_text(encoding="utf-8"))
    except ConfigError as error:
        raise RegistryError(f"{path} is no config of this zoo, or it was cut short: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path} cannot be read: {error}; fetch the model again") from error


def load(folder: Path) -> Classifier:
    """Return the classifier of a model folder. Raises RegistryError on a wrong hash, on tensors of other names, shapes or
    types, and on values that are not finite.

    All is of one state of the folder, also where another process replaces it meanwhile.
    """
    return files.read_steadily(Path(folder), _load)


def _load(folder: Path) -> Classifier:
    config = read_config(folder)
    model = architectures.on_meta(config.architecture)
    state = _read_tensors(folder / WEIGHTS, config)
    _compare(folder, config.architecture, {key: tuple(t.shape) for key, t in model.state_dict().items()}, state)
    _check_values(folder, config.architecture, torch.float32, state)
    model.load_state_dict(state, assign=True)
    return Classifier(model, config, _familiar(folder, config))


def _familiar(folder: Path, config: Config) -> Familiar | Distances:
    """Return what is familiar to a model: from its file, or of an old folder from its config."""
    inline, classes = config.confidence.familiarity, len(config.labels)
    if inline.means is None or inline.precision is None:
        tensors = _read_tensors(folder / FAMILIARITY, config)
    else:
        matrices = {"means": inline.means, "precision": inline.precision}
        tensors = {name: torch.tensor(matrix, dtype=torch.float64) for name, matrix in matrices.items()}
    kind = Distances if "means" in tensors else Familiar
    _compare(folder, FAMILIARITY, kind.shapes(classes), tensors)
    _check_values(folder, FAMILIARITY, kind.dtype, tensors)
    return kind(**tensors, threshold=inline.threshold)


def _compare(folder: Path, what: str, expected: Mapping[str, tuple[int, ...]], tensors: dict[str, Tensor]) -> None:
    """Raise RegistryError where the names or the shapes of tensors are not those expected."""
    shapes = {key: tuple(t.shape) for key, t in tensors.items()}
    wrong = sorted(key for key in expected.keys() | shapes.keys() if expected.get(key) != shapes.get(key))
    if wrong:
        detail = "; ".join(f"{k}: expected {expected.get(k, 'nothing')}, got {shapes.get(k, 'nothing')}" for k in wrong)
        raise RegistryError(f"{folder} does not fit {what}: {detail}")


def _check_values(folder: Path, what: str, dtype: torch.dtype, tensors: dict[str, Tensor]) -> None:
    """Raise RegistryError where a tensor is of another type, or holds what no training gives: NaN or infinity."""
    for key, tensor in tensors.items():
        if tensor.dtype != dtype:
            raise RegistryError(f"{folder} does not fit {what}: {key}: expected {dtype}, got {tensor.dtype}")
        if not tensor.isfinite().all():
            raise RegistryError(f"{folder} does not fit {what}: {key} holds values that are not finite")


def _read_tensors(path: Path, config: Config) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file after comparing its sha256 with the config's."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RegistryError(f"{path} cannot be read: {error.strerror}; fetch the model again") from error
    digest, expected = hashlib.sha256(content).hexdigest(), config.sha256.get(path.name)
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
        return flaws(folder, load(folder).config)
    except RegistryError as error:
        return [str(error)]


def flaws(folder: Path, config: Config) -> list[str]:
    """Return what is wrong with a model folder that loads: what is missing beside its tensors, and a card that says otherwise."""
    from zoo import card

    folder = Path(folder)
    problems = [f"{folder / name} is missing" for name in files_of(config) if not (folder / name).is_file()]
    if not problems and not card.agrees((folder / CARD).read_text(encoding="utf-8"), config):
        problems.append(f"{folder / CARD} does not say what {CONFIG} says; run `python -m zoo verify --rewrite`")
    return problems


def files_of(config: Config) -> tuple[str, ...]:
    """Return the files of a model folder; in an old one config.json itself holds what is familiar."""
    return tuple(name for name in FILES if name != FAMILIARITY or name in config.sha256)
