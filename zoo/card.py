"""The model card: README.md of a model folder, generated from its config alone."""

import math
import re
from collections.abc import Mapping
from typing import Any

from zoo import flags
from zoo.config import Config
from zoo.recipes import OPTIMIZERS, RECIPES, Recipe, Teacher
from zoo.schedule import IN_CHINESE
from zoo.text import Text

LIBRARY = "first-nets"
"""The library name and a tag of every card, by which a hub finds the zoo's models."""


def percent(accuracy: float, std: float | None = None) -> str:
    """Return an accuracy in [0, 1] as a percentage with two digits, such as "99.04 %", or "99.04 ± 0.05 %" with its spread."""
    return f"{100 * accuracy:.2f} %" if std is None else f"{100 * accuracy:.2f} ± {100 * std:.2f} %"


def spread(config: Config) -> str:
    """Return the mean test accuracy over the seeds with its standard deviation; of one seed, which has none, the accuracy."""
    metrics = config.metrics
    return percent(metrics.test_accuracy_mean, metrics.test_accuracy_std if len(metrics.seeds) > 1 else None)


def recipe_line(config: Config) -> Text:
    """Return a model's recipe in a few words: optimizer, rate, epochs and what else it takes."""
    recipe = config.recipe
    optimizer = f"{OPTIMIZERS.get(recipe.optimizer, recipe.optimizer)} {recipe.lr:g}"
    parts = [Text(optimizer, optimizer), Text(f"{recipe.epochs} epochs", f"{recipe.epochs} 轮")]
    if recipe.schedule != "constant":
        parts.append(Text(recipe.schedule, IN_CHINESE.get(recipe.schedule, recipe.schedule)))
    if recipe.augment:
        parts.append(Text(f"augmentation: {recipe.augment}", "数据增强"))
    if config.teacher:
        parts.append(Text("distilled", "知识蒸馏"))
    if recipe.label_smoothing:
        parts.append(Text(f"label smoothing {recipe.label_smoothing:g}", f"标签平滑 {recipe.label_smoothing:g}"))
    if recipe.averaging:
        parts.append(Text("averaged weights", "权重平均"))
    return Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


def plain_snippet(config: Config) -> str:
    """Return Python that classifies images with torch and safetensors alone, run in the model's folder."""
    plain, pixels = config.row.plain, config.preprocessing
    imports = "import torch\nfrom safetensors.torch import load_file\n"
    if "F." in plain:
        imports = "import torch\nimport torch.nn.functional as F\nfrom safetensors.torch import load_file\n"
    return (
        f'{imports}\nw = load_file("model.safetensors")\n'
        "images = torch.zeros(1, 28, 28, dtype=torch.uint8)  # yours: light on dark, as the data set stores them\n"
        f"x = (images[:, None] / 255 - {pixels.mean}) / {pixels.std}\n{plain}print(logits.argmax(1))\n"
    )


def zoo_snippet(config: Config, source: str | None = None) -> str:
    """Return Python that classifies a picture with `zoo`. source: what to load, by default the model's name."""
    return (
        f'import zoo\n\nclassifier = zoo.load("{source or config.name}")\n'
        f'print(classifier.classify("{config.data.example}"))  # a path, an open file, a PIL image or an array\n'
    )


def with_source(text: str, source: str) -> str:
    """Return a card whose usage snippet loads something else, such as "owner/lenet5-mnist@v1"; nothing else changes."""
    return re.sub(r'(?<=zoo\.load\(")[^"\n]*(?="\))', lambda _: source, text)


def render(config: Config, source: str | None = None) -> str:
    """Return the card as Markdown with the front matter that a hub reads. source: what the usage snippet loads."""
    from huggingface_hub import ModelCard

    return str(ModelCard(f"---\n{_front_matter(config)}\n---\n\n{_body(config, source)}"))


def agrees(text: str, config: Config) -> bool:
    """Tell whether a card says what a config says; what its snippet loads and how its front matter is laid out don't count."""
    found, expected = (with_source(body.strip(), "") for body in (text.split("\n---\n", 1)[-1], _body(config, None)))
    return found == expected


def _front_matter(config: Config) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    result = EvalResult(
        task_type="image-classification",
        task_name="Image classification",
        dataset_type=config.data.hub_id,
        dataset_name=config.data.title,
        dataset_split="test",
        metric_type="accuracy",
        metric_name="Test accuracy",
        metric_value=round(config.metrics.test_accuracy, 6),
    )
    return ModelCardData(
        license="mit",
        library_name=LIBRARY,
        pipeline_tag="image-classification",
        datasets=[result.dataset_type],
        tags=[LIBRARY, config.architecture, config.dataset, "from-scratch", "education"],
        model_name=config.name,
        eval_results=[result],
        metrics=["accuracy"],
    ).to_yaml()


def _body(config: Config, source: str | None) -> str:
    dataset, metrics = config.data, config.metrics
    return f"""# {config.name}

{_introduction(config)}

| | |
| --- | --- |
| test accuracy, these weights (seed {config.seed}) | **{percent(metrics.test_accuracy)}** |{_seeds(config)}
| calibration error on the test set | {metrics.test_calibration_error:.4f} |{_train_accuracy(config)}
| parameters | {config.parameters:,} |
| labels | {", ".join(config.labels)} |

![Training loss, accuracy by epoch and confusion matrix](training.png)

## Use it

```python
{zoo_snippet(config, source)}```

`zoo` is the package of First Nets, the project that trained this model. It runs from a checkout of it, and `pip install .` there
puts it into any environment; it is on no package index.

With torch and safetensors alone, in the folder of this file:

```python
{plain_snippet(config)}```

## How it was trained

{_training(config)}

| accuracy by class | test set |
| --- | --- |
{_per_class(config)}

## What it is for, and what not

For learning, teaching and testing. It knows ten kinds of picture, and gives an answer also to an eleventh;
`classifier.is_familiar("{dataset.example}")` is False where a picture is stranger than 99 % of {_held_out(config)}.
Decide nothing about people or money with it.
{flags.table(config.confidence.familiarity)}
Data: {dataset.title} ({dataset.source}; {dataset.licence}). Weights: MIT.
"""


def _seeds(config: Config) -> str:
    """Return the row with the spread over seeds, where there were several."""
    count = len(config.metrics.seeds)
    return f"\n| test accuracy, mean ± standard deviation of {count} seeds | {spread(config)} |" if count > 1 else ""


def _train_accuracy(config: Config) -> str:
    """Return a row: how many labels of the training images the weights get right, and how often they agree with a teacher."""
    accuracy, agreement = config.metrics.train_accuracy, config.history[-1].get("train_agreement")
    rows = []
    if accuracy is not None:
        rows.append(f"\n| labels of its training images, as they are, read rightly | {percent(accuracy)} |")
    if agreement is not None:
        rows.append(
            f"\n| agreement with the teacher in the last epoch, on images as augmented | {percent(agreement)} |"
        )
    return "".join(rows)


def _held_out(config: Config) -> str:
    """Say of what 99 % are familiar: where all images were trained on, none was kept aside."""
    return (
        "the validation images" if config.confidence.fitted_on == "validation" else "5,000 of its own training images"
    )


def _introduction(config: Config) -> str:
    what = f"{config.row.kind} (`{config.architecture}`) for {config.data.title}"
    if not config.repeats_notes:
        return f"{what}, trained by the zoo's own recipe, which was chosen on 5,000 training images kept aside."
    system = config.recipe.origin
    return f"{what}, trained as the study notes on *Dive into Deep Learning* give it (system {system}), for comparison."


def _training(config: Config) -> str:
    """Return the recipe as a table, with what a reader must know about its last epoch."""
    recipe = config.recipe
    rate = f"{recipe.lr:g}, {recipe.schedule}"
    rows = {
        "images": "all 60,000" if recipe.train_on == "all" else "55,000 (5,000 kept aside for validation)",
        "pixels": "normalised to mean 0, standard deviation 1" if recipe.normalize else "scaled to [0, 1]",
        "optimizer": f"{_optimizer(recipe)}, learning rate {rate}",
        "weight decay": f"{recipe.weight_decay:g}",
        "batch size, epochs": f"{recipe.batch_size}, {recipe.epochs}",
        "dropout": _dropout(recipe),
        "initialisation": recipe.init,
        "label smoothing": f"{recipe.label_smoothing:g}" if recipe.label_smoothing else "",
        "added": _drawn(recipe),
        "teacher": _teacher(config.teacher),
        "augmentation": _augmentation(config.augmentation),
        "weight averaging": f"exponential, decay {recipe.averaging:g}" if recipe.averaging else "",
        "trained with": ", ".join(f"{k} {v}" for k, v in config.versions.items()),
    }
    table = "\n".join(f"| {key} | {value} |" for key, value in rows.items() if value)
    text = f"| | |\n| --- | --- |\n{table}\n\n{config.seconds:.0f} seconds on {_machine(config)}."
    if recipe.schedule == "constant":
        text += f" {_jumps(config)}"
    return f"{text} The last epoch is kept, never the best one. To repeat it: `{_command(config)}`."


def _command(config: Config) -> str:
    """Return the command that trains the model again: its recipe's, with what was chosen otherwise."""
    named = RECIPES.get(config.name)
    options = {
        "--epochs": config.recipe.epochs if named and named.epochs != config.recipe.epochs else None,
        "--seed": config.seed or None,
        "--seeds": len(config.metrics.seeds),
    }
    switches = {"--from-scratch": config.training.from_scratch, "--compile": config.training.compiled}
    words = [f"{option} {value}" for option, value in options.items() if value is not None]
    return " ".join(["python -m zoo train", config.name, *words, *(option for option, on in switches.items() if on)])


def _machine(config: Config) -> str:
    """Say what the shipped run was computed on."""
    device, threads = config.training.device, config.training.threads
    return f"{threads} CPU thread{'s' if threads > 1 else ''}" if device == "cpu" else f"a GPU ({device})"


def _optimizer(recipe: Recipe) -> str:
    """Name the optimizer, with its source where it is not in every textbook."""
    source = (
        " for the hidden layers' weights (Jordan et al. 2024), AdamW for the rest" if recipe.optimizer == "muon" else ""
    )
    return OPTIMIZERS[recipe.optimizer] + source


def _dropout(recipe: Recipe) -> str:
    """Say when dropout is off, where that is before the end."""
    if recipe.dropout_share == 1:
        return ""
    first = math.ceil(recipe.dropout_share * recipe.epochs)
    return f"in the first {first} epochs, then off (early dropout, after Liu et al. 2023, arXiv:2303.01500)"


def _teacher(teacher: Teacher | None) -> str:
    """Say what was distilled into the network, if anything was."""
    if teacher is None:
        return ""
    count = len(teacher.seeds)
    which, whose = ("a residual network", "its") if count == 1 else (f"{count} residual networks", "their mean")
    return (
        f"distilled from {which} that the same code trains for {teacher.recipe.epochs} epochs: targets are "
        f"{100 * teacher.share:.0f} % {whose} answer to the image as augmented, at temperature {teacher.temperature:g}, the rest "
        f"the label; {teacher.views} augmented views in turn"
    )


def _drawn(recipe: Recipe) -> str:
    """Say how many pictures were drawn for training, and by what."""
    return f"{recipe.drawn:,} {recipe.data.drawn}" if recipe.drawn else ""


def _augmentation(settings: Mapping[str, Any]) -> str:
    """Return what is changed about the training images, such as "degrees 12, elastic 1, move (shift 1, flip)"."""
    parts = []
    for key, value in settings.items():
        if isinstance(value, dict):
            inner = _augmentation(value)
            parts += [f"{key} ({inner})"] if inner else []
        elif value:
            parts.append(key if value is True else f"{key} {value:g}")
    return ", ".join(parts)


def _jumps(config: Config) -> str:
    """Say how far the watched accuracy moves between the last epochs of a constant-rate run."""
    last = [epoch[config.watched] for epoch in config.history][-5:]
    return (
        f"The learning rate is constant, so accuracy still jumps at the end: {percent(min(last))} to {percent(max(last))} "
        f"over the last {len(last)} epochs."
    )


def _per_class(config: Config) -> str:
    pairs = zip(config.labels, config.metrics.per_class_accuracy)
    return "\n".join(f"| {label} | {percent(accuracy)} |" for label, accuracy in pairs)
