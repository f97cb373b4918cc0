"""What `zoo train` does once its runs are known: carry them out, show how far they are, save the models and ship them."""

import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from zoo import distributed, registry
from zoo.card import percent, spread
from zoo.commands.console import console
from zoo.config import Config
from zoo.recipes import TEACHERS
from zoo.runs import distill
from zoo.runs.jobs import (
    Job,
    by_model,
    carry_out,
    carry_out_many,
    cores,
    gather,
    hold,
    is_trained,
    teaching,
    unanswered,
)


class Lines:
    """A line for each epoch of a run: what a pipe or a log file shows."""

    def __call__(self, job: Job, record: dict[str, float]) -> None:
        """Show the epoch that a run has just ended."""
        if record["epoch"]:
            console.print(
                f"{job.name} seed {job.seed} epoch {record['epoch']}/{job.recipe.epochs}  {_detail(job, record)}",
                soft_wrap=True,
                highlight=False,
            )

    def answers(self, job: Job) -> Callable[[int], None]:
        """Show when a teacher has answered on all views of the training images: return what is told their number."""
        views = TEACHERS[job.recipe.teacher].views
        return lambda done: console.print(f"the {job.recipe.teacher} teacher has answered on view {done} of {views}")


class Board:
    """A progress bar for each run under way: epoch, loss, accuracies, images a second, time left."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[Job, TaskID] = {}

    def __call__(self, job: Job, record: dict[str, float]) -> None:
        """Show the epoch that a run has just ended, or with {"epoch": 0} that it begins."""
        if job not in self.tasks:
            self.tasks[job] = self.progress.add_task(f"{job.name} seed {job.seed}", total=job.recipe.epochs, detail="")
        self.progress.update(self.tasks[job], completed=record["epoch"], detail=_detail(job, record))

    def answers(self, job: Job) -> Callable[[int], None]:
        """Show how many views of the training images a teacher has answered on: return what is told their number."""
        views = TEACHERS[job.recipe.teacher].views
        task = self.progress.add_task(f"{job.recipe.teacher} teacher's answers", total=views, detail=f"for {job.name}")
        return lambda done: self.progress.update(task, completed=done)


def _detail(job: Job, record: dict[str, float]) -> str:
    if "train_loss" not in record:
        return ""
    split = job.recipe.watched_split
    return (
        f"loss {record['train_loss']:.4f}  train {record['train_accuracy']:.4f}  {split} {record[f'{split}_accuracy']:.4f}"
        f"  {job.recipe.num_images / record['seconds']:,.0f} images/s"
    )


def here(todo: list[Job], jobs: int, ship: bool) -> None:
    """Carry the runs out, save each model when its last seed is done, and say what came out. ship: into the registry too."""
    todo = _unfinished(todo, ship)
    if not todo:
        return
    first = teaching(todo)
    for line in plan(todo, first):
        console.print(line, soft_wrap=True, highlight=False)
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}"),
    )
    try:
        with hold(todo), Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            board = Board(progress) if console.is_terminal else Lines()
            finished = chain(_finished(first, jobs, board), _answered(todo, board), _finished(todo, jobs, board))
            waiting = {recipe_jobs[0].name: list(recipe_jobs) for recipe_jobs in by_model(todo)}
            done: set[Job] = set()
            for job in finished:
                done.add(job)
                if job in todo and all(other in done for other in waiting[job.name]):
                    _report(gather(waiting[job.name]), job.folder, ship)
    except KeyboardInterrupt:
        console.print(f"stopped; the checkpoints are kept in {todo[0].folder}: the same command with --resume goes on")
        raise typer.Exit(130) from None


def _finished(todo: list[Job], jobs: int, board: Board | Lines) -> Iterator[Job]:
    """Carry runs out and yield each when it is done."""
    if jobs > 1 and todo:
        yield from carry_out_many(todo, jobs, board)
        return
    for job in todo:
        carry_out(job, board)
        yield job


def _answered(todo: list[Job], board: Board | Lines) -> Iterator[Job]:
    """Let the teachers of the runs answer on what their students will see; yields nothing, since it ends no run."""
    for job in unanswered(todo):
        torch.set_num_threads(cores())
        distill.answer(job.recipe, job.folder, board.answers(job))
    yield from ()


def _unfinished(todo: list[Job], ship: bool) -> list[Job]:
    """Return the runs of the models that are not there yet by the same recipe and seeds; of the others, say so, and ship them."""
    left: list[Job] = []
    for model in by_model(todo):
        if model[0].restart or not is_trained(model):
            left += model
            continue
        folder = model[0].folder / model[0].name
        console.print(
            f"[green]✓[/] [bold]{model[0].name}[/] is trained already, in {folder}: --restart trains it anew",
            soft_wrap=True,
        )
        if ship:
            _ship(folder)
    return left


def plan(todo: list[Job], first: list[Job]) -> Iterator[str]:
    """Yield what comes, in order: teachers, their answers, and the models, each with its epochs."""
    for job in first:
        yield (
            f"first a teacher: {job.name} seed {job.seed}, {job.recipe.epochs} epochs of a residual network, "
            "some 10 minutes on two cores; it is kept for all who learn from it"
        )
    for job in unanswered(todo):
        views = TEACHERS[job.recipe.teacher].views
        yield f"then the {job.recipe.teacher} teacher answers on {views} views of the training images, for {job.name}"
    for model in by_model(todo):
        epochs = model[0].recipe.epochs
        runs = f"{epochs} epoch{'s' if epochs > 1 else ''}"
        if len(model) > 1:
            runs = f"{len(model)} seeds of {runs}"
        yield f"{'then ' if first or unanswered(todo) else ''}{model[0].name}: {runs}"


def _report(config: Config, folder: Path, ship: bool) -> None:
    metrics = config.metrics
    seeds = len(metrics.seeds)
    several = f"; {seeds} seeds: {spread(config)}" if seeds > 1 else ""
    console.print(
        f"[green]✓[/] [bold]{config.name}[/] test accuracy {percent(metrics.test_accuracy)}{several}  → {folder / config.name}",
        soft_wrap=True,
    )
    if ship:
        _ship(folder / config.name)


def _ship(folder: Path) -> None:
    """Put a trained model into the registry, in place of the one that is there."""
    if folder.parent.resolve() != registry.root().resolve():
        registry.put(folder)
    console.print(f"  shipped: {registry.root() / folder.name}", soft_wrap=True)


def as_worker(todo: list[Job], jobs: int, ship: bool) -> None:
    """Take this process's part in runs that torchrun shares among several; rank 0 shows and saves."""
    if jobs > 1:
        raise ValueError("--jobs runs several models in one process each; it can't be combined with torchrun")
    with distributed.world(torch.device(todo[0].device)) as world, hold(todo if world.leads else []):
        show = Lines() if world.leads else lambda job, record: None
        for job in teaching(todo):
            carry_out(job, show, world)
        for job in unanswered(todo):
            if world.leads:
                console.print(f"the {job.recipe.teacher} teacher answers for {job.name}")
                distill.answer(job.recipe, job.folder)
            while not distill.answers_path(job.recipe, job.folder).exists():
                time.sleep(0.5)  # longer than a barrier may wait; where the leader fails, torchrun ends the others
        for model in by_model(todo):
            for job in model:
                carry_out(job, show, world)
            if world.leads:
                _report(gather(model), model[0].folder, ship)
            world.wait()
