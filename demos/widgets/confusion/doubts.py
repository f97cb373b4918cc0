"""Labels of MNIST's test set that people doubt.

Source: Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks", 2021,
arXiv:2103.14749, and their published answers (github.com/cleanlab/label-errors, mturk/mnist_mturk.json). Five people each were
asked of images that a method had picked whether they show the given label, the one that the method guessed, or neither. Here
are those of which fewer than three people saw the given label. Of Fashion-MNIST no such study is known to us.
"""

from typing import NamedTuple

from demos.frame.language import T

SOURCE = "Northcutt, Athalye & Mueller 2021, arXiv:2103.14749"


class Doubt(NamedTuple):
    """What five people saw in an image. given: its label; guessed: the other that they were offered; then the votes."""

    given: int
    guessed: int
    for_given: int
    for_guessed: int
    for_neither: int

    def words(self) -> str:
        """Say how the people voted."""
        return T(
            f"label doubted: of 5 people {self.for_given} saw a {self.given}, {self.for_guessed} a {self.guessed}, "
            f"{self.for_neither} neither",
            f"标签存疑：5 人中 {self.for_given} 人认为是 {self.given}，{self.for_guessed} 人认为是 {self.guessed}，"
            f"{self.for_neither} 人认为都不是",
        )


MNIST = {
    947: Doubt(8, 9, 0, 5, 0),
    1621: Doubt(0, 6, 2, 3, 0),
    1901: Doubt(9, 4, 2, 3, 0),
    2130: Doubt(4, 9, 2, 2, 1),
    2462: Doubt(2, 0, 0, 4, 1),
    2597: Doubt(5, 3, 0, 4, 1),
    2654: Doubt(6, 1, 0, 2, 3),
    3520: Doubt(6, 4, 2, 0, 3),
    3558: Doubt(5, 0, 1, 4, 0),
    5937: Doubt(5, 3, 1, 3, 1),
    6651: Doubt(0, 6, 0, 5, 0),
    6783: Doubt(1, 6, 2, 3, 0),
    8527: Doubt(4, 9, 2, 2, 1),
    9679: Doubt(6, 3, 2, 0, 3),
    9729: Doubt(5, 6, 2, 3, 0),
}
"""By the image's place in the test file, from 0."""

DOUBTS = {"mnist": MNIST}
"""By data set."""
