"""Benchmarks: how fast training and inference are, beside the notes' way and beside what the machine could do."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from zoo import data, scratch, train
from zoo.fast import native, networks
from zoo.fast.memory import keep_freed_memory
from zoo.recipes import RECIPES, Recipe
from zoo.runs.jobs import cores

TRAINED = ("softmax-fashion-mnist-notes", "mlp-256-128-fashion-mnist-notes", "lenet5-mnist-notes")
"""The recipes that `zoo bench train` times: one of each kind of network, with the notes' settings on both sides."""


@dataclass
class Side:
    """One way to train: its seconds an epoch in each repeat, at its best thread count."""

    label: str
    epoch: Callable[[], object]
    threads: int = 1
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


def timed(function: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def flops_per_image(model: nn.Module) -> dict[str, int]:
    """Return the floating-point operations of the matrix products for one image: {"forward": n, "training": m}.

    Training adds the gradient by the weights, and by the input of every layer but the first.
    """
    layers: list[int] = []

    def count(module: Any, inputs: Any, output: Tensor) -> None:
        layers.append(2 * module.weight[0].numel() * output[0].numel())

    hooks = [m.register_forward_hook(count) for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        model(torch.zeros(1, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    return {"forward": sum(layers), "training": 3 * sum(layers) - layers[0]}


def matrix_rate(size: int = 1024, repeats: int = 10) -> float:
    """Return the fastest float32 matrix product seen on this machine, in operations a second, at the present threads."""
    a, b = torch.rand(size, size), torch.rand(size, size)
    ways = (lambda: a @ b, lambda: networks.product(a, b))
    return 2 * size**3 / min(timed(way) for way in ways for _ in range(repeats))


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
    published = getattr(datasets, recipe.data.folder)(str(data.root()), train=True, transform=transforms.ToTensor())
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
    x, y = (t[:images] for t in data.load(recipe.dataset, "all"))
    forward = train.forward_of(run)

    def epoch() -> object:
        return train.train_epoch(run, x, y, forward=forward)

    return epoch


def training(name: str, *, images: int = 60_000, repeats: int = 5, compile: bool = False) -> dict[str, Any]:
    """Return the timings of one recipe: the notes' way, ours, ours with augmentation, and with `compile` ours compiled.

    The sides take turns, `repeats` times in this process, each with its own best thread count; all keep freed memory, as
    `zoo train` does, which makes the notes' way faster too.
    """
    keep_freed_memory()
    recipe = RECIPES[name]
    warped = replace(recipe, augment="digits" if recipe.dataset == "mnist" else "clothes")
    sides = [Side("notes", as_the_notes(recipe, images)), Side("ours", as_we_do(recipe, images))]
    available = cores()
    sides[0].threads = _best_threads(lambda n: as_the_notes(recipe, n), available)
    sides[1].threads = _best_threads(lambda n: as_we_do(recipe, n), available)
    sides.append(Side("augmented", as_we_do(warped, images), sides[1].threads))
    compile_seconds = 0.0
    compile = compile and train.compiles(recipe.architecture, "cpu")
    if compile:
        torch.set_num_threads(sides[1].threads)
        native.library.cache_clear()
        began = time.perf_counter()
        compiled = as_we_do(recipe, images, compile=True)
        compiled()
        compile_seconds = time.perf_counter() - began
        sides.append(Side("compiled", compiled, sides[1].threads))
    for _ in range(repeats):
        for side in sides:
            side.measure()
    notes, ours = sides[0], sides[1]
    if compile:
        compile_seconds = max(0.0, compile_seconds - sides[-1].best)
    work = flops_per_image(train.start(recipe).model)["training"] * images
    torch.set_num_threads(available)
    rate = matrix_rate()
    return {
        "name": name,
        "images": images,
        "sides": [
            {
                "label": side.label,
                "threads": side.threads,
                "seconds": side.best,
                "spread": side.spread,
                "ratio": notes.best / side.best,
                "images_per_second": images / side.best,
                "gflops": work / side.best / 1e9,
                "share_of_matrix_rate": work / side.best / rate,
            }
            for side in sides
        ],
        "augmentation_seconds": sides[2].best - ours.best,
        "augmentation_share": sides[2].best / ours.best - 1,
        "matrix_gflops": rate / 1e9,
        "compile_seconds": compile_seconds,
        "compiled_ratio_over_the_recipe": _with_compiling(notes, sides[-1], compile_seconds, recipe)
        if compile
        else None,
        "peak_memory_bytes": peak_memory(name, images),
    }


def _with_compiling(notes: Side, compiled: Side, compile_seconds: float, recipe: Recipe) -> float:
    """Return how many times faster a whole run of the recipe is, with the time to compile counted in."""
    return notes.best * recipe.epochs / (compiled.best * recipe.epochs + compile_seconds)


def peak_memory(name: str, images: int = 60_000) -> int:
    """Return the largest resident size in bytes of a process of its own that trains one epoch our way."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_train_and_weigh, (name, images))


def _train_and_weigh(name: str, images: int) -> int:
    keep_freed_memory()
    as_we_do(RECIPES[name], images)()
    if sys.platform == "linux":  # where ru_maxrss starts from the size of the process that started this one
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(status["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def inference(name: str, *, batch: int = 1_000, repeats: int = 20) -> dict[str, Any]:
    """Return a model's images a second and latency of one image, and the same for its bare matrix products."""
    import zoo

    classifier = zoo.load(name)
    images = torch.zeros(batch, 28, 28, dtype=torch.uint8)
    products = _products(classifier.model, batch), _products(classifier.model, 1)
    classifier(images)
    whole = min(timed(lambda: classifier(images)) for _ in range(repeats))
    one = min(timed(lambda: classifier(images[:1])) for _ in range(5 * repeats))
    bare, bare_one = (min(timed(product) for _ in range(5 * repeats)) for product in products)
    return {
        "name": name,
        "images_per_second": batch / whole,
        "latency_ms": 1e3 * one,
        "bare_images_per_second": batch / bare,
        "bare_latency_ms": 1e3 * bare_one,
        "share_of_bare": bare / whole,
    }


def _products(model: nn.Module, batch: int) -> Callable[[], object]:
    """Return a function that does only the matrix products of a batch: a convolution counts as its unfolded product."""
    shapes: list[tuple[int, int, int]] = []

    def note(module: Any, inputs: Any, output: Tensor) -> None:
        rows = output.numel() // output.shape[1]
        shapes.append((rows, module.weight[0].numel(), output.shape[1]))

    hooks = [m.register_forward_hook(note) for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        model(torch.zeros(batch, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    pairs = [(torch.rand(m, k), torch.rand(n, k)) for m, k, n in shapes]
    return lambda: [networks.product(a, b) for a, b in pairs]
