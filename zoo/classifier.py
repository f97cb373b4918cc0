"""What `zoo.load` returns: a trained network together with its labels and its preprocessing."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from zoo import metrics
from zoo.config import Config
from zoo.familiarity import Distances, Familiar
from zoo.fast import networks
from zoo.models import Network
from zoo.pictures.form import Steps, itself
from zoo.pictures.opening import Picture


class Answers(NamedTuple):
    """What `classify_many` returns.

    labels: the probability of each label, best first, for each picture in order; None where it can't be read.
    unread: why, by the picture's index.
    """

    labels: list[dict[str, float] | None]
    unread: dict[int, str]


class Readings(NamedTuple):
    """What a classifier makes of N prepared images."""

    probabilities: Tensor  # float32 (N, 10), calibrated by the temperature
    familiar: Tensor  # bool (N,): whether each is like what the network was trained on
    strangeness: Tensor  # float64 (N,), which is above the model's threshold where it is not


class Classifier:
    """A trained network, ready to classify pictures, or to be trained on.

    name: the model's name. labels: one a class. config: the facts of config.json. model: an `nn.Module` in eval mode, float
    (N, 1, 28, 28), normalised -> logits (N, 10), whose weights learn as those of any other. familiar: what pictures it knows.
    """

    def __init__(self, model: Network, config: Config, familiar: Familiar | Distances) -> None:
        self.model = model.eval()
        self.config = config
        self.familiar = familiar
        self.name = config.name
        self.labels = list(config.labels)

    def __repr__(self) -> str:
        return f"Classifier({self.name!r}, {self.config.parameters:,} parameters)"

    @property
    def device(self) -> torch.device:
        """Where the network is, and with it the logits."""
        return next(self.model.parameters()).device

    def to(self, device: torch.device | str) -> "Classifier":
        """Move the network to a device, such as "cuda", and return this classifier. Raises ValueError for anything else."""
        if isinstance(device, torch.dtype):
            raise ValueError(f"a classifier works in float32, not in {device}; `to` takes a device, such as 'cuda'")
        self.model.to(device)
        return self

    def __call__(self, images: Tensor | np.ndarray) -> Tensor:
        """Return logits (N, 10) float32, of which no gradient is kept.

        images uint8 (N, 28, 28) as the data set stores them, else ValueError.
        """
        images = images if isinstance(images, Tensor) else torch.tensor(images)  # a copy: arrays may be read-only
        if images.dtype != torch.uint8 or images.dim() != 3 or images.shape[1:] != (28, 28):
            raise ValueError(
                f"expected images uint8 (N, 28, 28), got {str(images.dtype).removeprefix('torch.')} {tuple(images.shape)}; "
                "`classify` takes a picture of any size and kind"
            )
        images = images.to(self.device)
        if len(images) == 0:
            return torch.zeros(0, len(self.labels), device=self.device)
        one = len(images) == 1  # which the model itself is quicker for
        forward = self.model if one else networks.forward(self.model, images.device)
        return metrics.predict(forward, images, self.config.preprocessing.mean, self.config.preprocessing.std)

    def probabilities(self, images: Tensor | np.ndarray, views: Sequence[int] | None = None) -> Tensor:
        """Return probabilities (N, 10), calibrated by the temperature that was fitted on held-out images.

        views: how many of the images in a row are views of one picture, whose logits are averaged; one each by default.
        """
        return torch.softmax(_mean(self(images), views) / self.config.confidence.temperature, dim=1)

    def prepare(self, picture: Picture) -> np.ndarray:
        """Return the picture as uint8 (28, 28), made the way the data set was. Raises ValueError where nothing is on it."""
        return self.config.data.prepare(picture)[-1][1]

    def looks(self, picture: Picture) -> np.ndarray:
        """Return what is looked at to read a picture, uint8 (K, 28, 28): it as prepared, and a photo perhaps in other views."""
        return self.views(self.config.data.prepare(picture))

    def views(self, steps: Steps) -> np.ndarray:
        """Return the same of a picture that was prepared in these steps: one view for a network that was shown no photos."""
        return self.config.data.views(steps) if self.config.shown_photos else itself(steps)

    def classify(self, picture: Picture) -> dict[str, float]:
        """Return the probability of each label, best first.

        picture: a path, an open file, a PIL image or an array (H, W), (H, W, 3) or (H, W, 4) of any size. Raises ValueError where
        it can't be read or shows nothing.
        """
        seen = self.looks(picture)
        return self._by_label(self.probabilities(seen, [len(seen)])[0])

    def classify_many(self, pictures: Iterable[Picture]) -> Answers:
        """Return what `classify` would of each picture, read in one go; of those that can't be read, why.

        labels, unread = classifier.classify_many(["a.png", "b.png"])

        Raises TypeError for a single path.
        """
        if isinstance(pictures, str) or not isinstance(pictures, Iterable):
            raise TypeError(
                f"expected pictures, such as a list of paths, got {pictures!r}; `classify` takes a single one"
            )
        prepared: dict[int, np.ndarray] = {}
        unread: dict[int, str] = {}
        for i, picture in enumerate(pictures):
            try:
                prepared[i] = self.looks(picture)
            except ValueError as error:
                unread[i] = str(error)
        labels: list[dict[str, float] | None] = [None] * (len(prepared) + len(unread))
        if prepared:
            seen = list(prepared.values())
            for i, row in zip(prepared, self.probabilities(np.concatenate(seen), [len(each) for each in seen])):
                labels[i] = self._by_label(row)
        return Answers(labels, unread)

    def _by_label(self, probabilities: Tensor) -> dict[str, float]:
        """Return probabilities (10,) by label, best first. Raises ValueError where there are not as many labels."""
        if len(probabilities) != len(self.labels):
            raise ValueError(
                f"the network answers with {len(probabilities)} numbers, and there are {len(self.labels)} labels; give the "
                "classifier those of its new head: classifier.labels = [...]"
            )
        order = probabilities.argsort(descending=True, stable=True).tolist()
        return {self.labels[i]: probabilities[i].item() for i in order}

    def is_familiar(self, picture: Picture) -> bool:
        """Tell whether a picture and the network's answer to it are like those it was trained on. picture: as `classify` takes.

        The measure is `Familiar.strangeness`; config.json holds its threshold, which 99 % of validation images stay below, and
        what share of other kinds of picture is above it. Raises ValueError where the picture can't be read or shows nothing.
        """
        return self.read(self.prepare(picture))[1]

    def read(self, image: np.ndarray) -> tuple[Tensor, bool]:
        """Return the probabilities (10,) of a prepared image uint8 (28, 28), and whether it is familiar."""
        readings = self.read_all(image[None])
        return readings.probabilities[0], bool(readings.familiar[0])

    def read_all(self, images: np.ndarray, views: Sequence[int] | None = None) -> Readings:
        """Return what is read from prepared images uint8 (N, 28, 28), and whether they are familiar.

        views: as for `probabilities`; the first of them, the picture as prepared, is familiar or not.
        """
        pixels = torch.tensor(images)
        logits = self(pixels).cpu()  # where there is float64, which familiarity is measured in
        probabilities = torch.softmax(_mean(logits, views) / self.config.confidence.temperature, dim=1)
        first = slice(None) if views is None else [sum(views[:i]) for i in range(len(views))]
        if logits.shape[1] != len(self.config.labels):
            raise ValueError(
                f"what is familiar was fitted to {len(self.config.labels)} answers, and the network now gives {logits.shape[1]}; "
                "of a network with a new head it can't be told"
            )
        strangeness = self.familiar.strangeness(pixels[first], logits[first])
        return Readings(probabilities, strangeness <= self.familiar.threshold, strangeness)


def _mean(logits: Tensor, views: Sequence[int] | None) -> Tensor:
    """Return the mean of the logits (M, 10) of each picture's views, as many as `views` says, -> (N, 10)."""
    if views is None or max(views, default=1) == 1:
        return logits
    return torch.stack([each.mean(0) for each in logits.split(list(views))])
