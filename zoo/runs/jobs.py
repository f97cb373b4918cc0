"""Runs as jobs: start or resume one with its checkpoint, carry out many at once, gather the seeds of a model."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from zoo import registry, train
from zoo.config import Config, Training
from zoo.distributed import ALONE, World
from zoo.fast.memory import keep_freed_memory
from zoo.recipes import TEACHERS, Recipe
from zoo.runs import checkpoint, distill, record
from zoo.runs.claim import claim
from zoo.runs.workers import GRACE, share

OnRecord = Callable[["Job", train.Epoch], None]


def cores() -> int:
    """Return how many CPU cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Job:
    """One run to carry out: a recipe, a seed, and where and how."""

    recipe: Recipe
    seed: int
    folder: Path  # of the models; checkpoints lie in a hidden folder inside
    device: str = "cpu"
    threads: int = 1
    from_scratch: bool = False
    compile: bool = False
    resume: bool = False
    restart: bool = False

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def checkpoint(self) -> Path:
        return checkpoint.path_of(self.name, self.seed, self.folder)

    @property
    def compiled(self) -> bool:
        """Whether the run's network is compiled: if that was asked for and there is something to compile."""
        return self.compile and train.compiles(self.recipe.architecture, self.device, self.from_scratch)

    def __str__(self) -> str:
        return f"{self.name}, seed {self.seed}"

    def start(self) -> train.Run:
        """Return the run before its first epoch, or from its checkpoint where one is to be resumed."""
        run = train.start(
            self.recipe, seed=self.seed, device=self.device, from_scratch=self.from_scratch, compile=self.compile
        )
        if self.recipe.teacher:
            run.soft_labels = distill.soft_labels(self.recipe, self.folder)
        return checkpoint.restore(run, self.checkpoint) if self.resume and self.checkpoint.exists() else run


def is_trained(jobs: list[Job]) -> bool:
    """Tell whether the model of these runs, one a seed, is there already, by this very recipe."""
    recipe = jobs[0].recipe
    try:
        config = registry.read_config(jobs[0].folder / recipe.name)
    except registry.RegistryError:
        return False
    wanted = (recipe, recipe.settings, TEACHERS.get(recipe.teacher), tuple(job.seed for job in jobs))
    return (config.recipe, config.augmentation, config.teacher, config.metrics.seeds) == wanted


def by_model(todo: list[Job]) -> list[list[Job]]:
    """Return the jobs of each model, one a seed, in the order of the first."""
    models: dict[str, list[Job]] = {}
    for job in todo:
        models.setdefault(job.name, []).append(job)
    return list(models.values())


def check_free(todo: list[Job]) -> None:
    """Raise CheckpointError where runs would replace a finished model that other options made, and were not told to."""
    for jobs in by_model(todo):
        folder = jobs[0].folder / jobs[0].name
        goes_on = jobs[0].restart or (jobs[0].resume and any(job.checkpoint.exists() for job in jobs))
        if goes_on or not (folder / registry.CONFIG).exists() or is_trained(jobs):
            continue
        raise checkpoint.CheckpointError(
            f"{folder} holds a model of another recipe, other epochs or seeds; --restart replaces it, --out names another folder"
        )


def teaching(jobs: list[Job]) -> list[Job]:
    """Return the runs of teachers that must come before these jobs: those whose finished checkpoint is not there yet."""
    wanted = {(job.recipe.teacher, job.folder): job for job in jobs if job.recipe.teacher}
    first = [
        replace(job, recipe=TEACHERS[name].recipe, seed=seed, from_scratch=False, resume=True, restart=False)
        for (name, _), job in wanted.items()
        for seed in TEACHERS[name].seeds
    ]
    return [job for job in first if checkpoint.epochs_done(job.checkpoint) < job.recipe.epochs]


def unanswered(jobs: list[Job]) -> list[Job]:
    """Return one job for each set of a teacher's answers that these jobs need and that is not there yet."""
    wanted = {distill.answers_path(job.recipe, job.folder): job for job in jobs if job.recipe.teacher}
    return [job for path, job in wanted.items() if not path.exists()]


@contextmanager
def hold(jobs: list[Job]) -> Iterator[None]:
    """Keep other processes from training the models of these jobs until they are saved. Raises ClaimError."""
    with ExitStack() as stack:
        for name, folder in {job.name: job.folder for job in jobs}.items():
            stack.enter_context(claim(name, checkpoint.folder_of(folder) / f"{name}.lock"))
        yield


def carry_out(job: Job, on_record: OnRecord, world: World = ALONE) -> train.Run:
    """Train a job to its end, saving a checkpoint after every epoch; `on_record` sees each epoch.

    Raises CheckpointError where a checkpoint exists that the job is to neither resume nor discard, and ClaimError where another
    process carries out the same.
    """
    torch.set_num_threads(job.threads)
    keep_freed_memory()
    # A worker whose starter was killed has so long to let go.
    lock = claim(f"{job},", job.checkpoint.with_suffix(".lock"), patience=2 * GRACE) if world.leads else nullcontext()
    with lock:
        if job.checkpoint.exists() and not (job.resume or job.restart):
            raise checkpoint.CheckpointError(
                f"{job} has a checkpoint of epoch {checkpoint.epochs_done(job.checkpoint)} in {job.checkpoint.parent}; "
                "--resume goes on from it, --restart discards it"
            )
        world.wait()
        run = job.start()
        on_record(job, run.history[-1] if run.history else {"epoch": 0})

        def save(run: train.Run) -> None:
            if world.leads:
                checkpoint.save(run, job.checkpoint)
            on_record(job, run.history[-1])

        return train.fit(run, world=world, on_epoch=save)


def carry_out_many(jobs: list[Job], workers: int, on_record: OnRecord) -> Iterator[Job]:
    """Carry jobs out in `workers` processes and yield each when it is done; they end with this process, however it ends."""
    return share(jobs, workers, _in_worker, on_record)


def _in_worker(job: Job, tell: Callable[[train.Epoch], None]) -> None:
    carry_out(job, lambda job, record: tell(record))


def gather(jobs: list[Job]) -> Config:
    """Evaluate the finished runs of one model, write its folder, drop the checkpoints, and return its config.

    The weights of the first seed are the model; the others give the spread.
    """
    runs = [checkpoint.restore(train.start(job.recipe, seed=job.seed, device="cpu"), job.checkpoint) for job in jobs]
    shipped = jobs[0]
    training = Training(shipped.device, shipped.threads, shipped.compiled, shipped.from_scratch or None)
    config, familiar = record.describe(runs, training)
    folder = shipped.folder / shipped.name
    registry.save(folder, runs[0].final.state_dict(), config, familiar)
    for job in jobs:
        job.checkpoint.unlink()
    return registry.read_config(folder)
