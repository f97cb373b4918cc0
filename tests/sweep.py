"""Exhaustive sweeps: the default run takes a sample of them in which every value occurs, ZOO_TEST_ALL=1 the whole."""

import os
from collections.abc import Iterable
from itertools import product
from typing import Any

ALL = os.environ.get("ZOO_TEST_ALL") == "1"


def cover(*dimensions: Iterable[Any], also: Iterable[tuple] = ()) -> list[tuple]:
    """Return every combination of the dimensions' values, or, by default, as few as hold every value, and `also` these."""
    values = [list(each) for each in dimensions]
    if ALL:
        return list(product(*values))
    sample = [tuple(each[i % len(each)] for each in values) for i in range(max(map(len, values)))]
    return list(dict.fromkeys([*sample, *also]))
