"""What changed between two models: metrics, recipe, and how far the weights of each layer moved."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from zoo import registry
from zoo.hub import cache, client, lockfile, specs

HEADLINES = ("test_accuracy", "test_accuracy_mean", "test_accuracy_std", "test_loss", "test_calibration_error")


@dataclass(frozen=True)
class Layer:
    """A tensor in both models, with another shape, or in one alone (its shape is None in the other).

    relative: ‖b - a‖ / ‖a‖; largest: max |b - a|; both None where the shapes differ.
    """

    name: str
    shape_a: tuple[int, ...] | None
    shape_b: tuple[int, ...] | None
    relative: float | None = None
    largest: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Two models side by side. metrics and recipe: {key: (a, b)}, of the recipe only what differs."""

    a: str
    b: str
    metrics: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    recipe: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)


def locate(spec: str, namespace: str | None = None) -> Path:
    """Return the folder of a model: a name, a folder, "owner/name@revision", or "name@revision" of whom the lockfile names."""
    if "@" in spec and "/" not in spec and not Path(spec).exists():
        name = specs.parse(spec)[1]
        entry = lockfile.read().get(name)
        owner = namespace or (entry.repository.split("/")[0] if entry else None)
        return cache.fetch(f"{client.owner_of(owner)}/{spec}")
    return cache.fetch(spec) if registry.is_remote(spec) else registry.find(spec)


def compare(a: str, b: str, namespace: str | None = None) -> Comparison:
    """Return what changed from model a to model b; each is anything that `locate` finds. Raises RegistryError, HubError."""
    one, other = (registry.load(locate(spec, namespace)) for spec in (a, b))
    metrics = {key: (getattr(one.config.metrics, key), getattr(other.config.metrics, key)) for key in HEADLINES}
    recipes = asdict(one.config.recipe), asdict(other.config.recipe)
    changed = sorted(key for key in recipes[0] if recipes[0][key] != recipes[1][key])
    state_a, state_b = one.model.state_dict(), other.model.state_dict()
    return Comparison(
        a,
        b,
        metrics,
        {key: (recipes[0][key], recipes[1][key]) for key in changed},
        [_layer(name, state_a.get(name), state_b.get(name)) for name in dict.fromkeys([*state_a, *state_b])],
    )


def _layer(name: str, a: Any, b: Any) -> Layer:
    shape_a, shape_b = (None if t is None else tuple(t.shape) for t in (a, b))
    if a is None or b is None or shape_a != shape_b:
        return Layer(name, shape_a, shape_b)
    difference = (b - a).double()
    norm = a.double().norm().item()
    relative = difference.norm().item() / norm if norm else (0.0 if not difference.any() else float("inf"))
    return Layer(name, shape_a, shape_b, relative=relative, largest=difference.abs().max().item())
