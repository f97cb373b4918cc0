"""`zoo train`: train models by their recipes, into a folder of runs or into the registry."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from zoo.commands.console import chosen, command, complete

RUNS = Path("runs")


@command
def train(
    names: Annotated[list[str] | None, typer.Argument(help="Models to train.", autocompletion=complete)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Train every recipe.")] = False,
    epochs: Annotated[int | None, typer.Option(min=1, help="Another number of epochs than the recipe's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the weights that are kept.")] = 0,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds to run, for the spread.")] = 1,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    out: Annotated[Path, typer.Option(help="Folder of the models and their checkpoints.")] = RUNS,
    ship: Annotated[
        bool, typer.Option("--replace", help="Put the models, once trained, into the registry in place of those there.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoints of an earlier run.")] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Discard the checkpoints and models of an earlier run.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Runs at once, each in a process of its own.")] = 1,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads of a run (default: all cores, shared by the runs).")
    ] = None,
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Train the raw-tensor versions.")] = False,
    compile: Annotated[
        bool,
        typer.Option(
            "--compile", help="Compile the network first: for a GPU, and for LeNet-5 on a CPU with a C compiler."
        ),
    ] = False,
) -> None:
    """Train models by their recipes into runs/; a checkpoint is kept after every epoch, and Ctrl-C loses at most one.

    A model that is there already, by the same recipe and seeds, is left as it is; one of other epochs or seeds is replaced by
    --restart alone. `zoo.load("runs/NAME")` loads what was trained.

    `torchrun --nproc-per-node 2 -m zoo train NAME` shares a run among several processes or machines.
    """
    if resume and restart:
        raise ValueError("--resume goes on from a checkpoint and --restart discards it; give one of them")
    from zoo.commands import training
    from zoo.fast import native
    from zoo.recipes import RECIPES
    from zoo.runs import record
    from zoo.runs.jobs import Job, check_free, cores

    sharing = max(jobs, int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    recipes = [RECIPES[name] for name in chosen(names, everything, list(RECIPES), "recipe")]
    if epochs is not None:
        recipes = [replace(recipe, epochs=epochs) for recipe in recipes]
    device = pick_device(device)
    for recipe in recipes:
        record.rehearse(recipe)
    for folder in [out, registry_folder()] if ship else [out]:
        check_writable(folder)
    todo = [
        Job(
            recipe=recipe,
            seed=each,
            folder=out,
            device=device,
            threads=threads or max(1, cores() // sharing),
            from_scratch=from_scratch,
            compile=compile,
            resume=resume,
            restart=restart,
        )
        for recipe in recipes
        for each in range(seed, seed + seeds)
    ]
    check_free(todo)
    if any(job.compiled and job.device == "cpu" for job in todo):
        native.library()  # where there is no compiler, that is said before teachers are trained
    if "WORLD_SIZE" in os.environ:
        training.as_worker(todo, jobs, ship)
    else:
        training.here(todo, jobs, ship)


def registry_folder() -> Path:
    """Return the folder that --replace puts models into. Raises ValueError where it is inside an installed package."""
    from zoo import folders

    folder = folders.root()
    if folder.resolve().parent == Path(folders.__file__).resolve().parent:
        raise ValueError(
            f"--replace would change the installed package in {folder}; "
            "set ZOO_WEIGHTS to a folder of yours, or load what was trained by its path"
        )
    return folder


def check_writable(folder: Path) -> None:
    """Raise ValueError, with the way out, where no model could be written into a folder once it is trained."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"nothing can be written into {folder} ({error.strerror}); --out names another folder for runs, "
            "ZOO_WEIGHTS another one for the registry"
        ) from None


def pick_device(name: str) -> str:
    """Return the device that "auto" stands for, or the one named. Raises ValueError where it is unknown or not there."""
    import torch

    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if name not in there:
        raise ValueError(f"unknown device {name!r}; expected auto, {', '.join(there)}")
    if not there[name]:
        raise ValueError(f"device {name!r} is not available here; --device auto takes what there is")
    return name
