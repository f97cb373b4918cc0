"""Training: one loop for every network, from scratch or concise, on one device or several workers."""

import copy
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from zoo import architectures, data, functional, init, metrics, scratch
from zoo.augment import views
from zoo.distributed import ALONE, World
from zoo.fast import native, networks
from zoo.recipes import OPTIMIZERS, Recipe
from zoo.schedule import lr_at

Epoch = dict[str, float]
"""What is recorded of an epoch: epoch, lr, train_loss, train_accuracy (of the labels, on images as they were changed),
train_agreement (with the teacher, where there is one), <watched split>_accuracy, seconds."""


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
    soft_labels: Tensor | None = None  # (views, N, 10), by epoch in turn, in place of labels, where there is a teacher
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
    """Return a run before its first epoch. from_scratch: the raw-tensor twins; compile: as `forward_of` says."""
    device = torch.device(device)
    generator = torch.Generator().manual_seed(seed)
    name = recipe.architecture
    model: Any = architectures.find(name).twin() if from_scratch else architectures.build(name)
    init.initialize(model.named_parameters(), recipe.init, generator)
    model = model.to(device)
    served = from_scratch or networks.serves(model, device)
    if not served and any(p.dim() == 4 for p in model.parameters()):
        model = model.to(memory_format=torch.channels_last)  # 2 to 3 times faster convolutions on a CPU
    generator = torch.Generator(device).manual_seed(seed)
    return Run(
        recipe=recipe,
        seed=seed,
        model=model,
        optimizer=_optimizer(recipe, model, from_scratch),
        generator=generator,
        average=copy.deepcopy(model).eval() if recipe.averaging else None,
        compiled=compile and compiles(recipe.architecture, device, from_scratch),
    )


def _optimizer(recipe: Recipe, model: Any, from_scratch: bool) -> Any:
    """Return the recipe's optimizer over the model's parameters: PyTorch's fused one, or by hand, as Muon always is."""
    settings: dict[str, Any] = {"lr": recipe.lr, "weight_decay": recipe.weight_decay}
    if recipe.optimizer == "sgd":
        settings["momentum"] = recipe.momentum
    if from_scratch or recipe.optimizer == "muon":
        kinds: dict[str, Any] = {"sgd": scratch.SGD, "adamw": scratch.AdamW, "muon": scratch.Muon}
    else:
        kinds, settings["fused"] = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}, True
    if recipe.optimizer not in kinds:
        expected = ", ".join(OPTIMIZERS)
        raise ValueError(
            f"unknown optimizer {recipe.optimizer!r} in recipe {recipe.name!r}; expected one of {expected}"
        )
    return kinds[recipe.optimizer](model.parameters(), **settings)


def fit(
    run: Run,
    *,
    world: World = ALONE,
    on_epoch: Callable[[Run], None] | None = None,
    on_batch: Callable[[], None] | None = None,
    on_loss: Callable[[Tensor], None] | None = None,
) -> Run:
    """Train until the recipe's last epoch, from wherever the run stands.

    Calls `on_epoch` after each epoch, `on_batch` before each batch and `on_loss` with the mean loss of each, a scalar.

    Prints nothing. Raises NonFiniteLossError, data.DataError, and whatever the two raise, which stops the run there.
    """
    recipe = run.recipe
    images, labels = training_set(recipe, run.device)
    watched = data.load(recipe.dataset, recipe.watched_split, run.device)
    forward = forward_of(run, world)
    while not run.finished:
        began = time.perf_counter()
        record = train_epoch(
            run,
            images,
            _targets(run, labels),
            labels,
            forward=forward,
            world=world,
            on_batch=on_batch,
            on_loss=on_loss,
        )
        record[f"{recipe.watched_split}_accuracy"] = evaluate(run, *watched)
        record["seconds"] = round(time.perf_counter() - began, 3)
        run.history.append(record)
        if on_epoch is not None:
            on_epoch(run)
    return run


def forward_of(run: Run, world: World = ALONE) -> Callable[[Tensor], Tensor]:
    """Return what computes the logits of a run's model in training: the fastest way there is on its device.

    With compile, LeNet-5 on a CPU goes through `zoo.fast.native`, which can raise CompilerError, and everything on a GPU through
    torch.compile with CUDA graphs, since small nets spend their time in launches.
    """
    if not run.compiled:
        return networks.forward(run.model, run.device)
    if run.device.type == "cpu":
        return native.forward(run.model)
    mode = "reduce-overhead" if run.device.type == "cuda" else "default"
    compiled = torch.compile(run.model, mode=mode, dynamic=False)
    size = len(world.shard(torch.arange(run.recipe.batch_size)))  # the one that is compiled for
    return lambda x: compiled(x) if len(x) == size else run.model(x)


def compiles(architecture: str, device: torch.device | str, from_scratch: bool = False) -> bool:
    """Tell whether a network on a device is ever compiled: every `nn.Module` is on a GPU, on a CPU what `native` serves."""
    return not from_scratch and (
        torch.device(device).type != "cpu" or native.serves(architectures.on_meta(architecture))
    )


def training_set(recipe: Recipe, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """Return the images uint8 (N, 28, 28) and labels int64 (N,) that a recipe learns from, drawn ones last."""
    images, labels = data.load(recipe.dataset, recipe.train_on, device)
    if not recipe.drawn:
        return images, labels
    classes = torch.arange(recipe.drawn) % len(recipe.data.labels)
    pictures = recipe.data.draw(classes, torch.Generator().manual_seed(0))
    return torch.cat([images, pictures.to(device)]), torch.cat([labels, classes.to(device)])


def _view_of(run: Run, images: Tensor) -> views.AugmentedImages:
    """Return the view of the present epoch: one of the teacher's, or a new one."""
    if run.soft_labels is None:
        return views.sample(run.recipe.augmentation, images, run.generator)
    turn = len(run.history) % len(run.soft_labels)
    return views.sample(run.recipe.augmentation, images, torch.Generator().manual_seed(turn))


def _targets(run: Run, labels: Tensor) -> Tensor:
    """Return what the present epoch's images teach: int64 (N,), or float32 (N, 10) of a teacher who saw the same view."""
    if run.soft_labels is None:
        return labels
    return run.soft_labels[len(run.history) % len(run.soft_labels)].to(run.device, torch.float32)


def evaluate(run: Run, images: Tensor, labels: Tensor) -> float:
    """Return the accuracy of a run's model on images uint8 (N, 28, 28) and labels int64 (N,)."""
    forward = networks.forward(run.final.eval(), run.device)
    return metrics.accuracy(metrics.predict(forward, images, **run.recipe.preprocessing), labels)


def train_epoch(
    run: Run,
    images: Tensor,
    targets: Tensor,
    labels: Tensor | None = None,
    *,
    forward: Callable[[Tensor], Tensor],
    world: World = ALONE,
    on_batch: Callable[[], None] | None = None,
    on_loss: Callable[[Tensor], None] | None = None,
) -> Epoch:
    """Go once through the training images in random order; the host waits for the device at the end only.

    images uint8 (N, 28, 28), targets int64 (N,) or float32 (N, 10), both on the run's device; labels int64 (N,) where the
    targets are a teacher's answers. Logits are kept, so that the loss and the accuracy of the epoch are computed once, after it.
    """
    recipe, parameters = run.recipe, list(run.model.parameters())
    cross_entropy = functional.cross_entropy if isinstance(run.model, scratch.Model) else nn.functional.cross_entropy
    criterion = partial(cross_entropy, label_smoothing=recipe.label_smoothing)
    order = torch.randperm(len(images), generator=run.generator, device=run.device)
    _set_dropout(run, world)
    view = _view_of(run, images)
    batches = order.split(recipe.batch_size)
    shards = [world.shard(batch) for batch in batches]  # this worker's part of each batch
    sizes = [len(shard) for shard in shards]
    shard_targets = targets.index_select(0, torch.cat(shards))
    first_step, num_steps = len(run.history) * len(batches), recipe.epochs * len(batches)
    run.model.train()
    logits: list[Tensor] = []
    for i, (rows, y) in enumerate(zip(shards, shard_targets.split(sizes))):
        if on_batch is not None:
            on_batch()
        x = data.normalize(view(rows), **recipe.preprocessing)
        for group in run.optimizer.param_groups:
            group["lr"] = lr_at(recipe.schedule, recipe.lr, first_step + i, num_steps)
        run.optimizer.zero_grad()
        with _precision(run):
            y_hat = forward(x)
        loss = criterion(y_hat.float(), y)
        if on_loss is not None:
            on_loss(loss.detach())
        if world.size > 1:
            loss = loss * (len(rows) / len(batches[i]))
        loss.backward()
        world.sum_gradients(parameters)
        run.optimizer.step()
        if run.average is not None:
            _update_average(run, first_step + i)
        logits.append(y_hat.detach())
    answers = torch.cat(logits).float()
    losses, hits = _losses_and_hits(answers, shard_targets, sizes, criterion)
    world.sum(losses)
    world.sum(hits)
    _check_finite(losses, run)
    record = {
        "epoch": len(run.history) + 1,
        "lr": run.optimizer.param_groups[0]["lr"],
        "train_loss": (losses.sum() / len(images)).item(),
    }
    if run.soft_labels is None or labels is None:
        return {**record, "train_accuracy": hits.item() / len(images)}
    labelled = (answers.argmax(1) == labels.index_select(0, torch.cat(shards))).sum()
    world.sum(labelled)
    return {**record, "train_accuracy": labelled.item() / len(images), "train_agreement": hits.item() / len(images)}


def _precision(run: Run) -> AbstractContextManager[object]:
    """Return the context in which a run's forward pass takes its products."""
    return torch.autocast(run.device.type, torch.bfloat16) if run.recipe.precision == "bfloat16" else nullcontext()


@torch.no_grad()
def _losses_and_hits(
    logits: Tensor, targets: Tensor, sizes: list[int], criterion: Callable[..., Tensor]
) -> tuple[Tensor, Tensor]:
    """Return the summed loss of each batch (batches,) and how many rows have their largest logit at the target's largest ()."""
    losses = criterion(logits, targets, reduction="none")
    labels = targets if targets.dim() == 1 else targets.argmax(1)
    return torch.stack([batch.sum() for batch in losses.split(sizes)]), (logits.argmax(1) == labels).sum()


def _set_dropout(run: Run, world: World) -> None:
    """Give dropout a stream of its own for this epoch, different on every worker, or turn it off for the last epochs."""
    seed = torch.randint(2**62, (), generator=run.generator, device=run.device).item() + world.rank
    active = len(run.history) < run.recipe.dropout_share * run.recipe.epochs
    run.model.set_dropout(torch.Generator(run.device).manual_seed(int(seed)), active)


@torch.no_grad()
def _update_average(run: Run, step: int) -> None:
    """Move the averaged weights towards the present ones; the decay starts low, so that the beginning is forgotten."""
    decay = min(run.recipe.averaging, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(run.average.parameters()), list(run.model.parameters()), 1 - decay)


def _check_finite(losses: Tensor, run: Run) -> None:
    """Raise NonFiniteLossError with the first batch whose loss is infinite or NaN. losses (batches,): sums over their images."""
    wrong = (~torch.isfinite(losses)).nonzero()
    if len(wrong):
        batch = int(wrong[0])
        rate = f"the learning rate ({run.recipe.lr:g}) is probably too high: lower `lr` in the recipe"
        raise NonFiniteLossError(
            f"{run.recipe.name}, seed {run.seed}: the loss is {losses[batch].item()} in epoch {len(run.history) + 1}, "
            f"batch {batch + 1} of {len(losses)}; {rate}"
        )
