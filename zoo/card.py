"""The model card: README.md of a model folder, generated from its config alone."""

import math
import re
from typing import Any

from zoo import data
from zoo.recipes import OPTIMIZERS, TEACHERS, Recipe

LIBRARY = "first-nets"
"""The library name and a tag of every card, by which a hub finds the zoo's models."""

FORWARD = {
    "softmax": """\
logits = x.flatten(1) @ w["linear.weight"].T + w["linear.bias"]
""",
    "mlp": """\
x = x.flatten(1)
for i in range(len(w) // 2 - 1):
    x = (x @ w[f"layers.{i}.weight"].T + w[f"layers.{i}.bias"]).relu()
logits = x @ w[f"layers.{i + 1}.weight"].T + w[f"layers.{i + 1}.bias"]
""",
    "lenet5": """\
x = F.interpolate(x, size=(32, 32), mode="bilinear", align_corners=False)
x = F.avg_pool2d(F.conv2d(x, w["conv1.weight"], w["conv1.bias"]).relu(), 2)
x = F.avg_pool2d(F.conv2d(x, w["conv2.weight"], w["conv2.bias"]).relu(), 2).flatten(1)
x = F.linear(x, w["fc1.weight"], w["fc1.bias"]).relu()
x = F.linear(x, w["fc2.weight"], w["fc2.bias"]).relu()
logits = F.linear(x, w["fc3.weight"], w["fc3.bias"])
""",
}
"""The forward pass of each architecture on `x` (N, 1, 28, 28) with the tensors `w`, for a reader who has torch alone."""


def percent(accuracy: float, std: float | None = None) -> str:
    """Return an accuracy in [0, 1] as a percentage with two digits, such as "99.04 %", or "99.04 ± 0.05 %" with its spread."""
    return f"{100 * accuracy:.2f} %" if std is None else f"{100 * accuracy:.2f} ± {100 * std:.2f} %"


def plain_snippet(config: dict[str, Any]) -> str:
    """Return Python that classifies images with torch and safetensors alone, run in the model's folder."""
    family = config["architecture"].split("-")[0]
    mean, std = config["preprocessing"]["mean"], config["preprocessing"]["std"]
    imports = "import torch\nfrom safetensors.torch import load_file\n"
    if "F." in FORWARD[family]:
        imports = "import torch\nimport torch.nn.functional as F\nfrom safetensors.torch import load_file\n"
    return (
        f'{imports}\nw = load_file("model.safetensors")\n'
        "images = torch.zeros(1, 28, 28, dtype=torch.uint8)  # yours: light on dark, as the data set stores them\n"
        f"x = (images[:, None] / 255 - {mean}) / {std}\n{FORWARD[family]}print(logits.argmax(1))\n"
    )


def zoo_snippet(config: dict[str, Any], source: str | None = None) -> str:
    """Return Python that classifies a picture with `zoo`. source: what to load, by default the model's name."""
    picture = "digit.png" if config["dataset"] == "mnist" else "garment.jpg"
    return (
        f'import zoo\n\nclassifier = zoo.load("{source or config["name"]}")\n'
        f'print(classifier.classify("{picture}"))  # a path, a PIL image or an array\n'
    )


def with_source(text: str, source: str) -> str:
    """Return a card whose usage snippet loads something else, such as "owner/lenet5-mnist@v1"; nothing else changes."""
    return re.sub(r'(?<=zoo\.load\(")[^"\n]*(?="\))', lambda _: source, text)


def render(config: dict[str, Any], source: str | None = None) -> str:
    """Return the card as Markdown with the front matter that a hub reads. source: what the usage snippet loads."""
    from huggingface_hub import ModelCard

    return str(ModelCard(f"---\n{_front_matter(config)}\n---\n\n{_body(config, source)}"))


def agrees(text: str, config: dict[str, Any]) -> bool:
    """Tell whether a card says what a config says; what its snippet loads and how its front matter is laid out don't count."""
    found, expected = (with_source(body.strip(), "") for body in (text.split("\n---\n", 1)[-1], _body(config, None)))
    return found == expected


def _front_matter(config: dict[str, Any]) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    dataset = data.get(config["dataset"])
    result = EvalResult(
        task_type="image-classification",
        task_name="Image classification",
        dataset_type="ylecun/mnist" if dataset.name == "mnist" else "zalando-datasets/fashion_mnist",
        dataset_name=dataset.title,
        dataset_split="test",
        metric_type="accuracy",
        metric_name="Test accuracy",
        metric_value=round(config["metrics"]["test_accuracy"], 6),
    )
    return ModelCardData(
        license="mit",
        library_name=LIBRARY,
        pipeline_tag="image-classification",
        datasets=[result.dataset_type],
        tags=[LIBRARY, config["architecture"], dataset.name, "from-scratch", "education"],
        model_name=config["name"],
        eval_results=[result],
        metrics=["accuracy"],
    ).to_yaml()


def _body(config: dict[str, Any], source: str | None) -> str:
    dataset = data.get(config["dataset"])
    found = config["metrics"]
    accuracy, mean = found["test_accuracy"], percent(found["test_accuracy_mean"], found["test_accuracy_std"])
    recipe = Recipe(**config["recipe"])
    seeds = len(found["seeds"])
    return f"""# {config["name"]}

{_introduction(config, recipe)}

| | |
| --- | --- |
| test accuracy, these weights (seed {config["seed"]}) | **{percent(accuracy)}** |
| test accuracy, mean ± standard deviation of {seeds} seed{"s" if seeds > 1 else ""} | {mean} |
| calibration error on the test set | {found["test_calibration_error"]:.4f} |
| parameters | {config["parameters"]:,} |
| labels | {", ".join(config["labels"])} |

![Training loss, accuracy by epoch and confusion matrix](training.png)

## Use it

```python
{zoo_snippet(config, source)}```

With torch and safetensors alone, in the folder of this file:

```python
{plain_snippet(config)}```

## How it was trained

{_training(config, recipe)}

| accuracy by class | test set |
| --- | --- |
{_per_class(config)}

## What it is for, and what not

For learning, teaching and testing. It knows ten kinds of picture, and gives an answer also to an eleventh;
`is_familiar` tells when a picture is stranger than 99 % of held-out images. Decide nothing about people or money with it.

Data: {dataset.title} ({dataset.source}; {dataset.licence}). Weights: MIT.
"""


def _introduction(config: dict[str, Any], recipe: Recipe) -> str:
    kind = {
        "softmax": "Softmax regression",
        "mlp": "A multilayer perceptron",
        "lenet5": "LeNet-5 with ReLU and average pooling",
    }
    what = f"{kind[config['architecture'].split('-')[0]]} (`{config['architecture']}`) for {recipe.data.title}"
    if recipe.origin == "ours":
        return f"{what}, trained by the zoo's own recipe, which was chosen on 5,000 training images kept aside."
    return f"{what}, trained as the study notes on *Dive into Deep Learning* give it (system {recipe.origin}), for comparison."


def _training(config: dict[str, Any], recipe: Recipe) -> str:
    """Return the recipe as a table, with what a reader must know about its last epoch."""
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
        "teacher": _teacher(recipe),
        "augmentation": _augmentation(config.get("augmentation", {})),
        "weight averaging": f"exponential, decay {recipe.averaging:g}" if recipe.averaging else "",
        "trained with": ", ".join(f"{k} {v}" for k, v in config["versions"].items()),
    }
    table = "\n".join(f"| {key} | {value} |" for key, value in rows.items() if value)
    seconds = sum(epoch["seconds"] for epoch in config["history"])
    text = f"| | |\n| --- | --- |\n{table}\n\n{seconds:.0f} seconds on {config['training']['threads']} CPU thread(s)."
    if recipe.schedule == "constant":
        text += f" {_jumps(config)}"
    compiled = " --compile" if config["training"]["compiled"] else ""
    command = f"python -m zoo train {config['name']} --seeds {len(config['metrics']['seeds'])}{compiled}"
    return f"{text} The last epoch is kept, never the best one. To repeat it: `{command}`."


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


def _teacher(recipe: Recipe) -> str:
    """Say what was distilled into the network, if anything was."""
    if not recipe.teacher:
        return ""
    teacher = TEACHERS[recipe.teacher]
    count = len(teacher.seeds)
    which, whose = ("a residual network", "its") if count == 1 else (f"{count} residual networks", "their mean")
    return (
        f"distilled from {which} that the same code trains for {teacher.recipe.epochs} epochs: targets are "
        f"{100 * teacher.share:.0f} % {whose} answer to the image as augmented, at temperature {teacher.temperature:g}, the rest "
        f"the label; {teacher.views} augmented views in turn"
    )


def _drawn(recipe: Recipe) -> str:
    """Say how many pictures were drawn for training, and by what."""
    kind = (
        "digits drawn by `zoo.synthetic.digits`"
        if recipe.dataset == "mnist"
        else "clothes drawn by `zoo.synthetic.garments`"
    )
    return f"{recipe.drawn:,} {kind}" if recipe.drawn else ""


def _augmentation(settings: dict[str, Any]) -> str:
    """Return what is changed about the training images, such as "degrees 12, elastic 1, move (shift 1, flip)"."""
    parts = []
    for key, value in settings.items():
        if isinstance(value, dict):
            inner = _augmentation(value)
            parts += [f"{key} ({inner})"] if inner else []
        elif value:
            parts.append(key if value is True else f"{key} {value:g}")
    return ", ".join(parts)


def _jumps(config: dict[str, Any]) -> str:
    """Say how far the watched accuracy moves between the last epochs of a constant-rate run."""
    key = next(k for k in config["history"][0] if k in ("test_accuracy", "validation_accuracy"))
    last = [epoch[key] for epoch in config["history"]][-5:]
    return (
        f"The learning rate is constant, so accuracy still jumps at the end: {percent(min(last))} to {percent(max(last))} "
        f"over the last {len(last)} epochs."
    )


def _per_class(config: dict[str, Any]) -> str:
    pairs = zip(config["labels"], config["metrics"]["per_class_accuracy"])
    return "\n".join(f"| {label} | {percent(accuracy)} |" for label, accuracy in pairs)
