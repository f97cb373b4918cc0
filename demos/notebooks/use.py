# %% [markdown]
# # Use a trained network
#
# Load one, let it read pictures, look inside it, and compare two. No training, no data set, no GPU.
#
# In Colab, bring the project along first: `!git clone <its address> first-nets`, then `%cd first-nets`.

# %%
import sys
from pathlib import Path

root = next(folder for folder in [Path.cwd(), *Path.cwd().parents] if (folder / "zoo").is_dir())
sys.path.insert(0, str(root))

import torch
from matplotlib import pyplot as plt

import zoo

plt.rcParams["figure.dpi"] = 60
zoo.list_models()

# %% [markdown]
# ## Load and classify
#
# `classify` takes any picture: a path, an open file, a PIL image or an array; of any size, dark on light or light on dark. Here are ten digits
# that the project's own code draws.

# %%
classifier = zoo.load("lenet5-mnist")
labels = torch.arange(10)
digits = classifier.config.data.draw(labels, torch.Generator().manual_seed(3))  # uint8 (10, 28, 28)
answers, unread = classifier.classify_many(digits.numpy())

figure, axes = plt.subplots(1, 10, figsize=(10, 1.4))
for axis, picture, answer in zip(axes, digits.numpy(), answers):
    best = next(iter(answer))
    axis.imshow(picture, cmap="gray")
    axis.set_title(f"{best}: {answer[best]:.2f}", fontsize=9)
    axis.axis("off")

# %% [markdown]
# Confidences are calibrated: of the answers given with 0.9, about nine in ten are right. And a network answers also when it is shown what it
# has never seen; `is_familiar` tells.

# %%
grid = torch.full((100, 100), 255, dtype=torch.uint8)
grid[20:80:15], grid[:, 20:80:15] = 0, 0
print("a digit:", classifier.is_familiar(digits[7].numpy()), " a grid:", classifier.is_familiar(grid.numpy()))

# %% [markdown]
# ## Look inside
#
# What the first convolution makes of a seven: six maps, each looking for something of its own.

# %%
from zoo.architectures import feature_maps
from zoo.data import normalize

pixels = classifier.config.preprocessing
maps = feature_maps(classifier.model, normalize(digits[7:8], pixels.mean, pixels.std))
print({stage: tuple(made.shape[1:]) for stage, made in maps.items()})
figure, axes = plt.subplots(1, 6, figsize=(9, 1.6))
for axis, channel in zip(axes, maps["conv1"][0].numpy()):
    axis.imshow(channel, cmap="gray")
    axis.axis("off")

# %% [markdown]
# ## Compare two networks
#
# Softmax regression adds up pixels; LeNet-5 looks for strokes. On 500 digits that neither has seen (LeNet-5 learnt from others
# that the same code drew, among real ones):

# %%
from zoo import metrics

labels = torch.arange(500) % 10
digits = classifier.config.data.draw(labels, torch.Generator().manual_seed(4))
linear = zoo.load("softmax-mnist")
for each in (linear, classifier):
    print(f"{each.name:15} {metrics.accuracy(each(digits), labels):.3f}   {each.config.parameters:,} parameters")
differ = (linear(digits).argmax(1) != classifier(digits).argmax(1)).nonzero().flatten()[:8]

figure, axes = plt.subplots(1, len(differ), figsize=(9, 1.5))
for axis, i in zip(axes, differ.tolist()):
    axis.imshow(digits[i].numpy(), cmap="gray")
    axis.set_title(f"{linear(digits[i : i + 1]).argmax()} or {classifier(digits[i : i + 1]).argmax()}", fontsize=9)
    axis.axis("off")
