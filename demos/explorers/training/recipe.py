"""The recipe that the training page's controls say, and the same as a program."""

from demos.frame.controls import Control, choice, powers, seed, slider
from demos.frame.language import T
from zoo import architectures
from zoo.architectures import ARCHITECTURES
from zoo.datasets import DATASETS
from zoo.recipes import Recipe

OPTIMIZERS = {"sgd": "SGD", "momentum": T("SGD, momentum 0.9", "SGD，动量 0.9"), "adamw": "AdamW"}
RATES = {"sgd": 0.1, "momentum": 0.02, "adamw": 0.001}
"""Learning rates that suit each optimizer."""


def controls() -> dict[str, Control]:
    """Return the page's controls, by the parameters of `recipe` and `program`."""
    networks = [(T(*row.title), row.name) for row in ARCHITECTURES.values()]
    sets = [(row.title, row.name) for row in DATASETS.values()]
    return {
        "network": choice(
            T("Network", "网络"),
            networks,
            networks[0][1],
        ),
        "dataset": choice(T("Data set", "数据集"), sets, sets[0][1]),
        "optimizer": choice(
            T("Optimizer", "优化器"),
            [(title, name) for name, title in OPTIMIZERS.items()],
            "sgd",
        ),
        "lr": powers(T("Learning rate", "学习率"), 0.1, 0.0001, 2),
        "epochs": slider(T("Epochs", "轮数"), 10, 1, 20, 1),
        "batch_size": choice(T("Batch size", "批量大小"), [64, 256, 1024], 256),
        "seed": seed(),
    }


def recipe(network: str, dataset: str, optimizer: str, lr: float, epochs: int, batch_size: int) -> Recipe:
    """Return the run that the controls say: a constant rate, 55,000 images, 5,000 kept aside."""
    return Recipe(
        architecture=network,
        dataset=dataset,
        variant="yours",
        epochs=epochs,
        lr=lr,
        optimizer="adamw" if optimizer == "adamw" else "sgd",
        momentum=0.9 if optimizer == "momentum" else 0.0,
        weight_decay=0.01 if optimizer == "adamw" else 0.0,
        schedule="constant",
        batch_size=batch_size,
        origin="a visitor",
    )


_DROPOUT = """
masks = torch.Generator()


class Dropout(nn.Dropout):  # from a generator of its own, so that a seed fixes every mask
    def forward(self, x):
        if not self.training:
            return x
        return x * torch.empty_like(x).bernoulli_(1 - self.p, generator=masks) / (1 - self.p)

"""


def _spelled(network: str) -> str:
    """Return the layers of a network as PyTorch source, a stage a line; dropout is the class above."""
    stages = architectures.on_meta(network).stages().values()
    lines = (", ".join(architectures.spelled(layers)).replace("nn.Dropout", "Dropout") for layers in stages)
    return "".join(f"\n    {line}," for line in lines) + "\n"


def program(network: str, dataset: str, optimizer: str, lr: float, epochs: int, batch_size: int, seed: int) -> str:
    """Return the run as a PyTorch program that prints its losses and accuracies: "train_loss: ..." a line each."""
    made = recipe(network, dataset, optimizer, lr, epochs, batch_size)
    layers = _spelled(network)
    masks = "Dropout" in layers
    # zoo.train draws a seed for the masks of every network, so that all take their batches alike
    draw = "torch.randint(2**62, (), generator=g)"
    reseed = f"masks.manual_seed({draw}.item())" if masks else f"{draw}  # zoo.train draws a seed for dropout here"
    rule = {
        "sgd": f"torch.optim.SGD(net.parameters(), lr={lr})",
        "momentum": f"torch.optim.SGD(net.parameters(), lr={lr}, momentum=0.9)",
        "adamw": f"torch.optim.AdamW(net.parameters(), lr={lr}, weight_decay=0.01)",
    }[optimizer]
    return f"""import torch
from torch import nn
from torchvision import datasets

files = datasets.{made.data.files.folder}("data", train=True, download=True)
images, labels = (files.data[:, None] / 255 - {made.data.mean}) / {made.data.std}, files.targets
train, kept = (images[:55_000], labels[:55_000]), (images[55_000:], labels[55_000:])
{_DROPOUT if masks else ""}
net = nn.Sequential({layers})
g = torch.Generator().manual_seed({seed})
for parameter in net.parameters():
    if parameter.dim() > 1:  # a weight; its bias follows it
        bound = parameter[0].numel() ** -0.5
    nn.init.uniform_(parameter, -bound, bound, generator=g)
optimizer = {rule}
g = torch.Generator().manual_seed({seed})
losses, accuracies = [], []
for epoch in range({epochs}):
    order = torch.randperm(55_000, generator=g)
    {reseed}
    net.train()
    total = 0.0
    for rows in order.split({batch_size}):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(train[0][rows]), train[1][rows])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    net.eval()
    with torch.no_grad():
        right = net(kept[0]).argmax(1) == kept[1]
    losses.append(total / 55_000)
    accuracies.append(right.double().mean().item())
print("train_loss:", *losses)
print("validation_accuracy:", *accuracies)
"""
