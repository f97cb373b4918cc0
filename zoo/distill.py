"""Distillation: what an ensemble of trained networks answers on the training images becomes part of a student's targets.

After Hinton, Vinyals and Dean 2015, arXiv:1503.02531: its doubts between a shirt and a coat teach more than the label alone.
"""

import functools
from pathlib import Path

import torch
from torch import Tensor

from zoo import checkpoint, data, metrics, train
from zoo.recipes import TEACHERS, Teacher


@functools.lru_cache(maxsize=2)
def targets(name: str, folder: Path) -> Tensor:
    """Return what a student learns, float32 (55,000, 10), a distribution a row: mostly the teacher's answer, partly the label.

    The answer is the softmax of the mean logits of the teacher's runs, on each image and its mirror image, over the
    temperature. name: a key of TEACHERS. Raises CheckpointError where a run of the teacher is missing or unfinished.
    """
    teacher = TEACHERS[name]
    images, labels = data.load(teacher.recipe.dataset, "train")
    logits = torch.stack([_answer(teacher, seed, folder, images) for seed in teacher.seeds]).mean(0)
    answers = torch.softmax(logits / teacher.temperature, dim=1)
    truth = torch.nn.functional.one_hot(labels, answers.shape[1]).float()
    return teacher.share * answers + (1 - teacher.share) * truth


def _answer(teacher: Teacher, seed: int, folder: Path, images: Tensor) -> Tensor:
    path = checkpoint.path_of(teacher.recipe.name, seed, folder)
    if not path.exists() or checkpoint.epochs_done(path) < teacher.recipe.epochs:
        raise checkpoint.CheckpointError(
            f"the teacher's run {path} is missing or unfinished; `zoo train` makes it first"
        )
    model = checkpoint.restore(train.start(teacher.recipe, seed=seed), path).final.eval()
    both = (metrics.predict(model, x, **teacher.recipe.preprocessing) for x in (images, images.flip(2)))
    return sum(both, torch.zeros(())) / 2
