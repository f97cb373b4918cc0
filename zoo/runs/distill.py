"""Distillation: what a bigger network answers on the training images becomes part of a small one's targets.

After Hinton, Vinyals and Dean 2015, arXiv:1503.02531: its doubts between a shirt and a coat teach more than the label alone. The
teacher sees each image just as augmented as the student does, which is what makes long training pay (Beyer et al. 2022,
arXiv:2106.05237); a number of augmented views, fixed by the recipe, are answered once and serve every student and seed.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from zoo import data, files, train
from zoo.augment import views
from zoo.recipes import TEACHERS, Recipe, Teacher
from zoo.runs import checkpoint

CHUNK = 1_000
"""Images that the teacher answers on at once."""


def answers_path(recipe: Recipe, folder: Path) -> Path:
    """Return where the answers for a student are kept: a file for each teacher, augmentation and number of drawn pictures."""
    setting = {"teacher": asdict(TEACHERS[recipe.teacher]), "augmentation": recipe.settings, "drawn": recipe.drawn}
    digest = hashlib.sha256(json.dumps(setting, sort_keys=True).encode()).hexdigest()[:12]
    return checkpoint.folder_of(folder) / f"answers-{recipe.teacher}-{digest}.safetensors"


def soft_labels(recipe: Recipe, folder: Path) -> Tensor:
    """Return what a student learns, float16 (views, N, 10), a distribution a row: mostly the teacher's answer, partly the label.

    N counts the drawn pictures too. Raises CheckpointError where the answers are not there yet.
    """
    path = answers_path(recipe, folder)
    if not path.exists():
        raise checkpoint.CheckpointError(f"the teacher's answers {path} are missing; `zoo train` makes them first")
    return safetensors.torch.load_file(path)["soft_labels"]


@torch.inference_mode()
def answer(recipe: Recipe, folder: Path, on_view: Callable[[int], None] | None = None) -> None:
    """Let the teacher of a recipe answer on every view of the training images, and keep the soft labels in a file.

    `on_view` is called with the number of views done. Raises CheckpointError where a run of the teacher is missing or unfinished.
    """
    teacher = TEACHERS[recipe.teacher]
    networks = [_network(teacher, seed, folder) for seed in teacher.seeds]
    images, labels = train.training_set(recipe)
    truth = nn.functional.one_hot(labels, len(recipe.data.labels)).float()
    answers = []
    for turn in range(teacher.views):
        seen = views.sample(recipe.augmentation, images, torch.Generator().manual_seed(turn))
        logits = [_mean_logits(networks, teacher.recipe, seen(rows)) for rows in torch.arange(len(images)).split(CHUNK)]
        known = torch.softmax(torch.cat(logits) / teacher.temperature, dim=1)
        answers.append(torch.lerp(truth, known, teacher.share).half())
        if on_view is not None:
            on_view(turn + 1)
    files.write(answers_path(recipe, folder), safetensors.torch.save({"soft_labels": torch.stack(answers)}))


def _network(teacher: Teacher, seed: int, folder: Path) -> nn.Module:
    """Return a trained network of a teacher's ensemble."""
    path = checkpoint.path_of(teacher.recipe.name, seed, folder)
    if not path.exists() or checkpoint.epochs_done(path) < teacher.recipe.epochs:
        raise checkpoint.CheckpointError(
            f"the teacher's run {path} is missing or unfinished; `zoo train` makes it first"
        )
    return checkpoint.restore(train.start(teacher.recipe, seed=seed), path).final.eval()


def _mean_logits(networks: list[nn.Module], recipe: Recipe, images: Tensor) -> Tensor:
    """Return the mean logits (n, 10) of networks that were trained by one recipe. images (n, 28, 28), in [0, 255]."""
    x = data.normalize(images, **recipe.preprocessing)
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"):
        return torch.stack([network(x).float() for network in networks]).mean(0)
