"""Training: one loop for every network, from scratch or concise, on one device or several workers."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from zoo import data, functional, init, metrics, models, scratch, sketches, strokes
from zoo.distributed import ALONE, World
from zoo.recipes import Recipe
from zoo.schedule import lr_at

Epoch = dict[str, float]
"""What is recorded of an epoch: epoch, lr, train_loss, train_accuracy, <watched split>_accuracy, seconds."""


DRAW = {"mnist": strokes.render, "fashion-mnist": sketches.render}
"""By data set: what draws more training images. (labels (N,), generator) -> uint8 (N, 28, 28)."""


class NonFiniteLossError(RuntimeError):
    """The loss became infinite or NaN; the message says where."""


@dataclass
class Run:
    """A training run under way: all that the next epoch depends on."""

    recipe: Recipe
    seed: int
    model: Any  # nn.Module or scratch.Model
    optimizer: Any  # torch.optim.Optimizer or scratch.Optimizer
    generator: torch.Generator  # of batches and augmentation; the same on every worker
    average: Any = None  # the model of averaged weights, where the recipe asks for one
    soft_labels: Tensor | None = None  # (55,000, 10), in place of labels, where the recipe names a teacher
    history: list[Epoch] = field(default_factory=list)
    compiled: bool = False

    @property
    def final(self) -> Any:
        """The model that the run is for: the averaged one where there is one."""
        return self.model if self.average is None else self.average

    @property
    def device(self) -> torch.device:
        return self.generator.device

    @property
    def finished(self) -> bool:
        return len(self.history) >= self.recipe.epochs


def start(
    recipe: Recipe,
    *,
    seed: int = 0,
    device: torch.device | str = "cpu",
    from_scratch: bool = False,
    compile: bool = False,
) -> Run:
    """Return a run before its first epoch. from_scratch: the raw-tensor twins; compile: through torch.compile."""
    device = torch.device(device)
    generator = torch.Generator().manual_seed(seed)
    model: Any = scratch.ARCHITECTURES[recipe.architecture]() if from_scratch else models.build(recipe.architecture)
    init.initialize(model.named_parameters(), recipe.init, generator)
    model = model.to(device)
    if not from_scratch and any(p.dim() == 4 for p in model.parameters()):
        model = model.to(memory_format=torch.channels_last)  # 2 to 3 times faster convolutions on a CPU
    generator = torch.Generator(device).manual_seed(seed)
    return Run(
        recipe=recipe,
        seed=seed,
        model=model,
        optimizer=_optimizer(recipe, model, from_scratch),
        generator=generator,
        average=copy.deepcopy(model).eval() if recipe.averaging else None,
        compiled=compile,
    )


def _optimizer(recipe: Recipe, model: Any, from_scratch: bool) -> Any:
    """Return the recipe's optimizer over the model's parameters: by hand, or PyTorch's fused one."""
    settings: dict[str, Any] = {"lr": recipe.lr, "weight_decay": recipe.weight_decay}
    if recipe.optimizer == "sgd":
        settings["momentum"] = recipe.momentum
    elif recipe.optimizer != "adamw":
        raise ValueError(f"unknown optimizer {recipe.optimizer!r} in recipe {recipe.name!r}; expected 'sgd' or 'adamw'")
    if from_scratch:
        return {"sgd": scratch.SGD, "adamw": scratch.AdamW}[recipe.optimizer](model.parameters(), **settings)
    return {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}[recipe.optimizer](
        model.parameters(), fused=True, **settings
    )


def fit(run: Run, *, world: World = ALONE, on_epoch: Callable[[Run], None] | None = None) -> Run:
    """Train until the recipe's last epoch, from wherever the run stands, and call `on_epoch` after each.

    Prints nothing. Raises NonFiniteLossError, data.DataError, and whatever `on_epoch` raises, which stops the run between epochs.
    """
    recipe = run.recipe
    train_set = training_set(run)
    watched = data.load(recipe.dataset, recipe.watched_split, run.device)
    forward = compiled(run.model, run.device) if run.compiled else run.model
    while not run.finished:
        began = time.perf_counter()
        record = train_epoch(run, *train_set, forward=forward, world=world)
        record[f"{recipe.watched_split}_accuracy"] = evaluate(run, *watched)
        record["seconds"] = round(time.perf_counter() - began, 3)
        run.history.append(record)
        if on_epoch is not None:
            on_epoch(run)
    return run


def compiled(model: Any, device: torch.device) -> Callable[[Tensor], Tensor]:
    """Return a model through torch.compile; on a GPU with CUDA graphs, since small nets spend their time in launches."""
    return torch.compile(model, mode="reduce-overhead" if device.type == "cuda" else "default", dynamic=False)


def training_set(run: Run) -> tuple[Tensor, Tensor]:
    """Return the images uint8 (N, 28, 28) that a run learns from, drawn ones last, and what it learns of them.

    That is labels int64 (N,), or soft labels float (N, 10) where the run has a teacher.
    """
    recipe = run.recipe
    images, labels = data.load(recipe.dataset, recipe.train_on, run.device)
    targets = labels if run.soft_labels is None else run.soft_labels.to(run.device)
    if not recipe.drawn:
        return images, targets
    classes = torch.arange(recipe.drawn) % len(recipe.data.labels)
    pictures = DRAW[recipe.dataset](classes, torch.Generator().manual_seed(run.seed)).to(run.device)
    known = classes if run.soft_labels is None else nn.functional.one_hot(classes, targets.shape[1]).float()
    return torch.cat([images, pictures]), torch.cat([targets, known.to(run.device)])


def evaluate(run: Run, images: Tensor, labels: Tensor) -> float:
    """Return the accuracy of a run's model on images uint8 (N, 28, 28) and labels int64 (N,)."""
    model = run.final.eval()
    return metrics.accuracy(metrics.predict(model, images, **run.recipe.preprocessing), labels)


def train_epoch(
    run: Run, images: Tensor, labels: Tensor, *, forward: Callable[[Tensor], Tensor], world: World = ALONE
) -> Epoch:
    """Go once through the training images in random order; the host waits for the device at the end only.

    images uint8 (N, 28, 28), labels int64 (N,) or soft labels float (N, 10), both on the run's device.
    """
    recipe, generator = run.recipe, run.generator
    criterion = functional.cross_entropy if isinstance(run.model, scratch.Model) else nn.functional.cross_entropy
    augment = recipe.augmentation
    order = torch.randperm(len(images), generator=generator, device=run.device)
    _reseed_dropout(run.model, generator, world)
    batches = order.split(recipe.batch_size)
    losses = torch.zeros(len(batches), device=run.device)
    hits = torch.zeros((), dtype=torch.int64, device=run.device)
    first_step = len(run.history) * len(batches)
    run.model.train()
    for i, batch in enumerate(batches):
        mine = world.shard(batch)
        x, y = images.index_select(0, mine), labels.index_select(0, mine)  # 9 times faster than images[mine] on bytes
        if augment is None:
            x = data.normalize(x, **recipe.preprocessing)
        else:
            numbers = augment.draw(len(batch), generator)
            x = augment(data.normalize(x, 0.0, 1.0), {key: world.shard(n) for key, n in numbers.items()})
            x = x.sub_(recipe.preprocessing["mean"]).div_(recipe.preprocessing["std"])
        for group in run.optimizer.param_groups:
            group["lr"] = lr_at(recipe.schedule, recipe.lr, first_step + i, recipe.epochs * len(batches))
        run.optimizer.zero_grad()
        logits = forward(x) if len(x) == recipe.batch_size else run.model(x)  # compiled code fits one batch size
        loss = criterion(logits, y, label_smoothing=recipe.label_smoothing) * (len(mine) / len(batch))
        loss.backward()
        world.sum_gradients(run.model.parameters())
        run.optimizer.step()
        if run.average is not None:
            _update_average(run, first_step + i)
        losses[i] = loss.detach()
        hits += (logits.detach().argmax(1) == (y if y.dim() == 1 else y.argmax(1))).sum()
    world.sum(losses)
    world.sum(hits)
    _check_finite(losses, run)
    sizes = torch.tensor([len(batch) for batch in batches], device=run.device)
    return {
        "epoch": len(run.history) + 1,
        "lr": run.optimizer.param_groups[0]["lr"],
        "train_loss": ((losses * sizes).sum() / len(images)).item(),
        "train_accuracy": hits.item() / len(images),
    }


def _reseed_dropout(model: Any, generator: torch.Generator, world: World) -> None:
    """Give dropout a stream of its own for this epoch, drawn from `generator` and different on every worker."""
    seed = torch.randint(2**62, (), generator=generator, device=generator.device).item() + world.rank
    masks = torch.Generator(generator.device).manual_seed(int(seed))
    if isinstance(model, scratch.Model):
        model.generator = masks
        return
    for module in model.modules():
        if isinstance(module, models.Dropout):
            module.generator = masks


@torch.no_grad()
def _update_average(run: Run, step: int) -> None:
    """Move the averaged weights towards the present ones; the decay starts low, so that the beginning is forgotten."""
    decay = min(run.recipe.averaging, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(run.average.parameters()), list(run.model.parameters()), 1 - decay)


def _check_finite(losses: Tensor, run: Run) -> None:
    """Raise NonFiniteLossError with the first batch whose loss is infinite or NaN. losses (batches,)."""
    wrong = (~torch.isfinite(losses)).nonzero()
    if len(wrong):
        batch = int(wrong[0])
        rate = f"the learning rate ({run.recipe.lr:g}) is probably too high: lower `lr` in the recipe"
        raise NonFiniteLossError(
            f"{run.recipe.name}, seed {run.seed}: the loss is {losses[batch].item()} in epoch {len(run.history) + 1}, "
            f"batch {batch + 1} of {len(losses)}; {rate}"
        )
