"""How fast an epoch of training is: the notes' way, the zoo's, with augmentation, and compiled."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn

from zoo import data, scratch, train
from zoo.bench import memory
from zoo.bench.products import flops_per_image, matrix_rate, timed
from zoo.fast import native
from zoo.fast.memory import keep_freed_memory
from zoo.recipes import RECIPES, Recipe
from zoo.runs.jobs import cores

TRAINED = ("softmax-fashion-mnist-notes", "mlp-256-128-fashion-mnist-notes", "lenet5-mnist-notes")
"""The recipes that `zoo bench train` times: one of each kind of network, with the notes' settings on both sides."""


@dataclass
class Side:
    """One way to train: its seconds an epoch in each repeat, at its best thread count.

    compile_seconds: what its first epoch took longer than its fastest, where there is something to compile.
    """

    label: str
    epoch: Callable[[], object]
    threads: int = 1
    compile_seconds: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def spread(self) -> float:
        """How much longer the slowest repeat took than the fastest, as a share."""
        return max(self.seconds) / self.best - 1

    def measure(self) -> None:
        torch.set_num_threads(self.threads)
        self.seconds.append(timed(self.epoch))

    def whole(self, epochs: int) -> float:
        """Return the seconds of a run of so many epochs, compiling counted in."""
        return self.compile_seconds + epochs * self.best


def _best_threads(sample: Callable[[int], Callable[[], object]], max_threads: int) -> int:
    """Return the thread count with which a short run is fastest, of 1, 2, 4, ... and all cores."""
    counts = sorted({2**i for i in range(max_threads.bit_length()) if 2**i <= max_threads} | {max_threads})
    seconds = {}
    for count in counts:
        torch.set_num_threads(count)
        run = sample(6_000)
        run()
        seconds[count] = min(timed(run) for _ in range(3))
    return min(seconds, key=seconds.__getitem__)


def as_the_notes(recipe: Recipe, images: int) -> Callable[[], object]:
    """Return a function that trains one epoch as the notes do: a transform a sample, a loader, metrics read every batch."""
    from torch.utils.data import DataLoader, Subset
    from torchvision import datasets, transforms

    data.load(recipe.dataset, "all")  # unzips what torchvision is to find
    published = getattr(datasets, recipe.data.files.folder)(
        str(data.root()), train=True, transform=transforms.ToTensor()
    )
    loader = DataLoader(Subset(published, range(images)), recipe.batch_size, shuffle=True, num_workers=0)
    model = train.start(recipe).model.to(memory_format=torch.contiguous_format)
    kinds: dict[str, Any] = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW, "muon": scratch.Muon}
    optimizer = kinds[recipe.optimizer](model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    criterion = nn.CrossEntropyLoss()

    def epoch() -> tuple[float, float]:
        total, hits, count = 0.0, 0, 0
        model.train()
        for x, y in loader:
            logits = model(x)
            loss = criterion(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            hits += (logits.argmax(1) == y).sum().item()
            count += len(y)
        return total / count, hits / count

    return epoch


def as_we_do(recipe: Recipe, images: int, compile: bool = False) -> Callable[[], object]:
    """Return a function that trains one epoch by `zoo.train`."""
    run = train.start(replace(recipe, epochs=1_000), compile=compile)
    return _epoch(run, images, train.forward_of(run))


def by_torch_compile(recipe: Recipe, images: int) -> Callable[[], object]:
    """Return a function that trains one epoch by `zoo.train` with the module compiled by PyTorch."""
    torch._dynamo.reset()
    run = train.start(replace(recipe, epochs=1_000))
    run.model.to(memory_format=torch.channels_last)  # as everything that zoo.fast does not serve
    return _epoch(run, images, torch.compile(run.model))


def _epoch(run: train.Run, images: int, forward: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[], object]:
    x, y = (t[:images] for t in data.load(run.recipe.dataset, "all"))
    return lambda: train.train_epoch(run, x, y, forward=forward)


def _compiled(label: str, make: Callable[[], Callable[[], object]], threads: int) -> Side:
    """Return a side whose first epoch, with all that is compiled before and in it, has been timed."""
    torch.set_num_threads(threads)
    began = time.perf_counter()
    epoch = make()
    epoch()
    return Side(label, epoch, threads, compile_seconds=time.perf_counter() - began)


def training(name: str, *, images: int = 60_000, repeats: int = 5, compile: bool = False) -> dict[str, Any]:
    """Return the timings of one recipe: the notes' way, ours, ours with augmentation, and with `compile` ours compiled.

    Compiled it is by the zoo's C code where that serves the network, and by torch.compile. The sides take turns, `repeats` times
    in this process, each with its own best thread count; all keep freed memory, as `zoo train` does, which makes the notes' way
    faster too.
    """
    keep_freed_memory()
    recipe, available = RECIPES[name], cores()
    notes, ours = Side("notes", as_the_notes(recipe, images)), Side("ours", as_we_do(recipe, images))
    notes.threads = _best_threads(lambda n: as_the_notes(recipe, min(n, images)), available)
    ours.threads = _best_threads(lambda n: as_we_do(recipe, min(n, images)), available)
    warped = replace(recipe, augment=recipe.data.augment)
    augmented = Side("augmented", as_we_do(warped, images), ours.threads)
    compiled = _compiled_sides(recipe, images, ours.threads) if compile else []
    for _ in range(repeats):
        for side in (notes, ours, augmented, *compiled):
            side.measure()
    for side in compiled:
        side.compile_seconds = max(0.0, side.compile_seconds - side.best)
    work = flops_per_image(train.start(recipe).model)["training"] * images
    torch.set_num_threads(available)
    rate = matrix_rate()
    return {
        "name": name,
        "images": images,
        "epochs": recipe.epochs,
        "sides": [
            _facts(side, notes, recipe.epochs, images, work, rate) for side in (notes, ours, augmented, *compiled)
        ],
        "augmentation_seconds": augmented.best - ours.best,
        "augmentation_share": augmented.best / ours.best - 1,
        "matrix_gflops": rate / 1e9,
        "peak_memory_bytes": memory.peak(_train_once, name, images),
    }


def _compiled_sides(recipe: Recipe, images: int, threads: int) -> list[Side]:
    sides = []
    if train.compiles(recipe.architecture, "cpu"):
        native.library.cache_clear()
        sides.append(_compiled("compiled, C", lambda: as_we_do(recipe, images, compile=True), threads))
    return [*sides, _compiled("torch.compile", lambda: by_torch_compile(recipe, images), threads)]


def _facts(side: Side, notes: Side, epochs: int, images: int, work: int, rate: float) -> dict[str, Any]:
    return {
        "label": side.label,
        "threads": side.threads,
        "seconds": side.best,
        "spread": side.spread,
        "ratio": notes.best / side.best,
        "compile_seconds": side.compile_seconds,
        "ratio_over_the_recipe": notes.whole(epochs) / side.whole(epochs),
        "images_per_second": images / side.best,
        "gflops": work / side.best / 1e9,
        "share_of_matrix_rate": work / side.best / rate,
    }


def _train_once(name: str, images: int) -> None:
    """Train one epoch our way: what is weighed."""
    keep_freed_memory()
    as_we_do(RECIPES[name], images)()
