# %% [markdown]
# # Train a network, from scratch and concisely
#
# The same perceptron twice: once with nothing but tensors, once with `torch.nn`. Both begin with equal weights and see the same batches, so
# their losses must agree. A minute on two cores; the data set is downloaded on first use.
#
# In Colab, bring the project along first: `!git clone <its address> first-nets`, then `%cd first-nets`.

# %%
import os
import sys
from pathlib import Path

root = next(folder for folder in [Path.cwd(), *Path.cwd().parents] if (folder / "zoo").is_dir())
sys.path.insert(0, str(root))

import torch
from matplotlib import pyplot as plt
from torch import nn

from zoo import data, metrics

plt.rcParams["figure.dpi"] = 60
count = int(os.environ.get("FIRST_NETS_IMAGES", 55_000))  # fewer, to try it out
images, labels = (tensor[:count] for tensor in data.load("fashion-mnist", "train"))
x = data.normalize(images, 0.2860, 0.3530).flatten(1)  # (N, 784)
held_out = data.load("fashion-mnist", "validation")
batch_size, lr, epochs = 256, 0.1, 5

# %% [markdown]
# ## From scratch
#
# Two affine layers with a ReLU between them; the loss is the mean of −log softmax at the label; a step goes against the gradient.

# %%
generator = torch.Generator().manual_seed(0)
w1, w2 = (
    torch.randn(784, 256, generator=generator) * (2 / 784) ** 0.5,
    torch.randn(256, 10, generator=generator) * (2 / 256) ** 0.5,
)
b1, b2 = torch.zeros(256), torch.zeros(10)
start = [tensor.clone() for tensor in (w1, b1, w2, b2)]
parameters = [tensor.requires_grad_() for tensor in (w1, b1, w2, b2)]


def net(x):
    return (x @ w1 + b1).clamp(min=0) @ w2 + b2  # (N, 784) -> logits (N, 10)


def cross_entropy(logits, labels):
    logits = logits - logits.detach().amax(1, keepdim=True)  # or exp would overflow
    log_softmax = logits - logits.exp().sum(1, keepdim=True).log()
    return -log_softmax[torch.arange(len(labels)), labels].mean()


def step():
    with torch.no_grad():
        for parameter in parameters:
            parameter -= lr * parameter.grad
            parameter.grad = None


# %% [markdown]
# ## Concisely
#
# `nn.Linear` keeps its weight as (out, in), hence the transposes.

# %%
concise = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
with torch.no_grad():
    for layer, weight, bias in ((concise[0], start[0], start[1]), (concise[2], start[2], start[3])):
        layer.weight.copy_(weight.T)
        layer.bias.copy_(bias)
optimizer = torch.optim.SGD(concise.parameters(), lr=lr)

# %% [markdown]
# ## Side by side

# %%
losses = {"from scratch": [], "concise": []}
for epoch in range(epochs):
    for rows in torch.randperm(len(x), generator=generator).split(batch_size):
        loss = cross_entropy(net(x[rows]), labels[rows])
        loss.backward()
        step()
        losses["from scratch"].append(loss.item())

        loss = nn.functional.cross_entropy(concise(x[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses["concise"].append(loss.item())
    normalised = data.normalize(held_out[0], 0.2860, 0.3530).flatten(1)
    accuracies = [metrics.accuracy(model(normalised).detach(), held_out[1]) for model in (net, concise)]
    print(f"epoch {epoch + 1}  from scratch {accuracies[0]:.4f}  concise {accuracies[1]:.4f}")

apart = max(abs(a - b) for a, b in zip(losses["from scratch"][:50], losses["concise"][:50]))
print(f"largest difference of the losses in the first 50 steps: {apart:.1e}")
figure, axis = plt.subplots(figsize=(5, 3))
for name, values in losses.items():
    axis.plot(values, label=name, alpha=0.6)
axis.set(xlabel="step", ylabel="loss")
_ = axis.legend()

# %% [markdown]
# ## And by a recipe of the zoo
#
# One row of a table fixes a run; one loop trains it. `python -m zoo train mlp-256-fashion-mnist-notes` does the same and writes a model folder
# that `zoo.load` takes.

# %%
from dataclasses import replace

import zoo
from zoo import train

recipe = replace(zoo.RECIPES["mlp-256-fashion-mnist-notes"], epochs=2 if count == 55_000 else 1)
run = train.fit(train.start(recipe), on_epoch=lambda run: print(run.history[-1]))
