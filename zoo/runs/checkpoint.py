"""Checkpoints of a training run in one safetensors file: model, optimizer, averaged weights, generator, history."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from zoo import files
from zoo.train import Run


class CheckpointError(ValueError):
    """A checkpoint is damaged or belongs to another run; the message says which, and the way out."""


def folder_of(models: Path) -> Path:
    """Return where the checkpoints of a folder of models are kept."""
    return models / ".checkpoints"


def path_of(name: str, seed: int, folder: Path) -> Path:
    """Return where the checkpoint of a run is kept, in a folder of models. name: the recipe's."""
    return folder_of(folder) / f"{name}-seed{seed}.safetensors"


def save(run: Run, path: Path) -> None:
    """Write the whole state of a run between two epochs; the previous checkpoint stays until the new one is complete."""
    tensors = {f"model.{name}": t for name, t in run.model.state_dict().items()}
    if run.average is not None:
        tensors |= {f"average.{name}": t for name, t in run.average.state_dict().items()}
    for i, state in run.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{i}.{key}": value for key, value in state.items() if isinstance(value, Tensor)}
    tensors["generator"] = run.generator.get_state()
    header = {"zoo": json.dumps({"run": _identity(run), "history": run.history})}
    content = safetensors.torch.save({key: t.detach().cpu().contiguous() for key, t in tensors.items()}, header)
    files.write(path, content)


def restore(run: Run, path: Path) -> Run:
    """Bring a run that was just started to where the checkpoint stands. Raises CheckpointError."""
    header, tensors = _read(path)
    if header["run"] != _identity(run):
        changed = [key for key, value in _identity(run).items() if header["run"].get(key) != value]
        raise CheckpointError(
            f"{path} belongs to another run (it differs in {', '.join(changed)}); delete it or pass --restart to begin anew"
        )
    run.model.load_state_dict(_part(tensors, "model."))
    if run.average is not None:
        run.average.load_state_dict(_part(tensors, "average."))
    optimizer: dict[int, dict[str, Tensor]] = {}
    for key, tensor in _part(tensors, "optimizer.").items():
        index, _, name = key.partition(".")
        optimizer.setdefault(int(index), {})[name] = tensor
    run.optimizer.load_state_dict({**run.optimizer.state_dict(), "state": optimizer})
    run.generator.set_state(tensors["generator"])
    run.history = header["history"]
    return run


def epochs_done(path: Path) -> int:
    """Return the number of epochs in a checkpoint, 0 where there is none. Raises CheckpointError."""
    return len(_read(path)[0]["history"]) if path.exists() else 0


def _identity(run: Run) -> dict[str, Any]:
    """Return what must be equal for a run to go on from a checkpoint: the recipe and the seed, as JSON holds them."""
    return json.loads(json.dumps({**asdict(run.recipe), "augmentation": run.recipe.settings, "seed": run.seed}))


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): t for key, t in tensors.items() if key.startswith(prefix)}


def _read(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            return json.loads(file.metadata()["zoo"]), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is no checkpoint of ours ({error}); delete it, or pass --restart") from error
