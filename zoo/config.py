"""The facts of a trained model as a typed value: what config.json holds, written once by the runs that made the model."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from zoo import architectures, datasets
from zoo.architectures import Architecture
from zoo.datasets import DataSet
from zoo.recipes import TEACHERS, Recipe, Teacher

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = 3
"""The version of config.json that is written. 2 called the agreement with a teacher a training accuracy; 1 (where none is named)
held the matrices of familiarity, and no teacher."""

WEIGHTS, FAMILIARITY = "model.safetensors", "familiarity.safetensors"
LONGEST = 2_000
"""Characters of any text in a config: what is shown of it on pages and in cards has an end."""

Matrix = tuple[tuple[float, ...], ...]
Bin = tuple[int, float, float]
"""Of the answers that are about as sure: how many, their mean confidence and their accuracy."""
Settings = dict[str, bool | int | float | dict[str, bool | int | float]]
"""What an augmentation is set to, by name; one inside another at most."""


class ConfigError(ValueError):
    """A config lacks something, holds another type or an impossible value, or is of another version; the message says which."""


@dataclass(frozen=True)
class Preprocessing:
    """What pixels in [0, 1] are normalised with: (pixel - mean) / std."""

    mean: float
    std: float


@dataclass(frozen=True)
class Familiarity:
    """How strange a familiar picture may be. The matrices are in FAMILIARITY, or, in an old folder, here."""

    threshold: float
    flagged: dict[str, float] | None = None  # the share of each kind of picture that is stranger: zoo.runs.strangers
    means: Matrix | None = field(default=None, repr=False)
    precision: Matrix | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Confidence:
    """How sure an answer is, fitted on "validation" or on "training images"."""

    temperature: float
    familiarity: Familiarity
    fitted_on: str


@dataclass(frozen=True)
class Metrics:
    """What was measured on the test set, of the run that is shipped and of all seeds; accuracies are in [0, 1]."""

    test_accuracy: float
    test_accuracy_mean: float
    test_accuracy_std: float
    test_accuracies: tuple[float, ...]
    seeds: tuple[int, ...]
    test_loss: float
    test_calibration_error: float
    per_class_accuracy: tuple[float, ...] = field(repr=False)
    confusion: tuple[tuple[int, ...], ...] = field(repr=False)  # row = label, column = prediction
    train_accuracy: float | None = None  # of the labels, on the training images as they are, with the final weights
    reliability: dict[str, tuple[Bin, ...]] | None = field(
        default=None, repr=False
    )  # "before" and "after" the temperature
    validation_accuracy_mean: float | None = None
    validation_accuracy_std: float | None = None


@dataclass(frozen=True)
class Training:
    """How and where a model was trained."""

    device: str
    threads: int
    compiled: bool
    from_scratch: bool | None = None  # True where the raw-tensor version was trained


@dataclass(frozen=True)
class Config:
    """All that is known of a trained model. history: a record an epoch, as `zoo.train.Epoch`; sha256: by file name."""

    name: str
    architecture: str
    dataset: str
    recipe: Recipe
    augmentation: Settings
    seed: int
    labels: tuple[str, ...]
    preprocessing: Preprocessing
    confidence: Confidence
    metrics: Metrics
    history: tuple[dict[str, int | float], ...] = field(repr=False)
    parameters: int
    data_sha256: dict[str, str] = field(repr=False)
    versions: dict[str, str]
    training: Training
    date: str
    sha256: dict[str, str] = field(repr=False)
    teacher: Teacher | None = None
    schema: int = SCHEMA

    @property
    def row(self) -> Architecture:
        return architectures.find(self.architecture)

    @property
    def data(self) -> DataSet:
        return datasets.find(self.dataset)

    @property
    def repeats_notes(self) -> bool:
        """Whether the model repeats a recipe of the source notes."""
        return self.recipe.origin != "ours"

    @property
    def watched(self) -> str:
        """The key of a history's record under which the accuracy taken after each epoch stands."""
        return f"{self.recipe.watched_split}_accuracy"

    @property
    def shown_photos(self) -> bool:
        """Whether some of the images that it was trained on were changed to look photographed, mirrored and turned ones too."""
        return bool(self.augmentation.get("share"))

    @property
    def followed(self) -> str:
        """The key of a history's record that says how training images are read: "train_accuracy", by their labels, or, of a
        network of which only the agreement with its teacher was recorded, "train_agreement"."""
        labelled = self.teacher is None or any("train_accuracy" in record for record in self.history)
        return "train_accuracy" if labelled else "train_agreement"

    @property
    def seconds(self) -> float:
        """How long the shipped run took to train."""
        return sum(epoch["seconds"] for epoch in self.history)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Return the config that a JSON text holds, of this schema or an older one. Raises ConfigError."""
        from pydantic import ValidationError

        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"it is no JSON ({_first_line(error)}); fetch the model again") from None
        if not isinstance(values, dict):
            raise ConfigError(f"it holds {type(values).__name__}, not the facts of a model")
        try:
            config = _adapter().validate_json(json.dumps(_upgraded(values)), strict=True, extra="forbid")
        except (ValidationError, RecursionError) as error:
            raise ConfigError(_explained(error)) from None
        _check(config)
        return config

    def to_json(self) -> str:
        """Return the config as JSON for people: indented, but a list of numbers or words on one line."""
        values = {"schema": self.schema, **_without_none(asdict(self))}
        text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        return re.sub(r"\[\s+([^][{}]*?)\s+]", lambda match: "[" + " ".join(match[1].split()) + "]", text)


@cache
def _adapter() -> "TypeAdapter[Config]":
    from pydantic import TypeAdapter

    return TypeAdapter(Config)


def _upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an older schema as the present one has them. Raises ConfigError for a newer one."""
    schema = values.get("schema", 1)
    if not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise ConfigError(
            f"schema: {schema!r} is not one that this version of the zoo reads (1 to {SCHEMA}); update it"
        )
    if schema == 1:
        recipe = values.get("recipe")
        teacher = TEACHERS.get(str(recipe.get("teacher", ""))) if isinstance(recipe, dict) else None
        values = {**values, "teacher": asdict(teacher) if teacher else None}
    if schema < SCHEMA and values.get("teacher") and isinstance(values.get("history"), list):
        values = {**values, "history": [_renamed(record) for record in values["history"]]}
    return {**values, "schema": SCHEMA}


def _renamed(record: Any) -> Any:
    """Return an epoch of schema 2 of a distilled network, whose training accuracy was agreement with its teacher."""
    if not isinstance(record, dict):
        return record
    return {"train_agreement" if key == "train_accuracy" else key: value for key, value in record.items()}


def _explained(error: Exception) -> str:
    """Return what is wrong with a config in one line: the first few places, each with its reason."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    faults = error.errors(include_url=False, include_input=False)  # type: ignore[attr-defined]
    places = [f"{'.'.join(map(str, fault['loc']))[:80] or 'it'}: {fault['msg'][:120].lower()}" for fault in faults[:3]]
    more = f", and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(places) + more


def _check(config: Config) -> None:
    """Raise ConfigError, which names it, for the first value that no run can have written."""
    for place, value in _leaves(asdict(config), ""):
        if isinstance(value, float) and not math.isfinite(value):
            raise ConfigError(f"{place}: {value} is not finite")
        if isinstance(value, str) and len(value) > LONGEST:
            raise ConfigError(f"{place}: a text of {len(value):,} characters; at most {LONGEST:,} are read")
        if isinstance(value, str) and not value.isprintable():  # a terminal would obey some
            raise ConfigError(f"{ascii(place)[1:-1]}: a text with control characters")
    for place, value, condition, expected in _conditions(config):
        if not condition:
            raise ConfigError(f"{place}: expected {expected}, got {str(value)[:60]!r}")


def _conditions(config: Config) -> Iterator[tuple[str, object, bool, str]]:
    """Yield (place, value, whether it is possible, what is expected)."""
    metrics, classes = config.metrics, len(config.labels)
    yield (
        "architecture",
        config.architecture,
        config.architecture in architectures.ARCHITECTURES,
        f"one of {', '.join(architectures.ARCHITECTURES)}",
    )
    yield "dataset", config.dataset, config.dataset in datasets.DATASETS, f"one of {', '.join(datasets.DATASETS)}"
    yield "labels", classes, classes == len(config.data.labels), f"{len(config.data.labels)} labels"
    yield "recipe.epochs", config.recipe.epochs, config.recipe.epochs >= 1, "at least 1"
    yield "recipe.train_on", config.recipe.train_on, config.recipe.train_on in ("train", "all"), "train or all"
    yield "preprocessing.std", config.preprocessing.std, config.preprocessing.std > 0, "more than 0"
    temperature = config.confidence.temperature
    yield "confidence.temperature", temperature, 1e-3 <= temperature <= 1e3, "0.001 to 1000"
    yield "metrics.seeds", metrics.seeds, len(metrics.seeds) >= 1, "at least one seed"
    for key in ("test_accuracy", "test_accuracy_mean"):
        yield f"metrics.{key}", getattr(metrics, key), 0 <= getattr(metrics, key) <= 1, "a share in [0, 1]"
    sizes = {len(metrics.confusion), *(len(row) for row in metrics.confusion), len(metrics.per_class_accuracy)}
    yield "metrics.confusion", sizes, sizes == {classes}, f"{classes} rows and columns, and as many accuracies"
    needed = {"epoch", "train_loss", "seconds", config.watched}
    complete = len(config.history) >= 1 and all(
        needed <= record.keys() and config.followed in record and record["train_loss"] >= 0 for record in config.history
    )
    yield "history", f"{len(config.history)} records", complete, f"records with {', '.join(sorted(needed))}"
    yield "sha256", sorted(config.sha256), WEIGHTS in config.sha256, f"the sha256 of {WEIGHTS}"


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield every text and number of nested dictionaries and lists, with its place, and every key as a text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{place}.{key}"[:80].lstrip("."), key
            yield from _leaves(item, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _leaves(item, f"{place}[{i}]")
    else:
        yield place[:80], value


def _without_none(value: Any) -> Any:
    """Return nested dictionaries without the keys whose value is None."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
