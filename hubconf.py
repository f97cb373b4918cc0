"""Entry points for torch.hub: `torch.hub.load("<folder>", "lenet5_mnist", source="local")` returns a `zoo.Classifier`."""

from functools import partial

from zoo import list_models, load

dependencies = ["torch", "numpy", "PIL", "pydantic", "safetensors", "filelock"]


def _entry(name: str) -> partial:
    entry = partial(load, name)
    entry.__doc__ = f"Return the classifier {name}: clf(images uint8 (N, 28, 28)) -> logits (N, 10)."
    return entry


globals().update({name.replace("-", "_"): _entry(name) for name in list_models()})
