"""The axes of the explorers: what lies beyond them is not drawn as if it lay at their end."""

import numpy as np
import pytest

from demos.frame import figures

BLUE = figures.COLOURS[0]


@pytest.mark.parametrize(
    ("values", "drawn", "pointers"),
    [
        ([2.0, 5.0, 9.0], [2, 5, 9], 0),
        ([2.0, 50.0, np.inf], [2, 10, 10], 1),
        ([0.0, 0.5, 3.0], [1, 1, 3], 1),
        ([0.0, 50.0, np.nan], [1, 10, np.nan], 2),
    ],
)
def test_a_pointer_says_that_a_curve_goes_on_beyond_the_axis(
    values: list[float], drawn: list[float], pointers: int
) -> None:
    axes = figures.panel((0, 2), (1, 10), log="y")
    np.testing.assert_array_equal(axes.held(range(3), values, BLUE), drawn)
    assert axes.elements().count('class="beyond"') == pointers


def test_a_pointer_stands_at_the_first_point_beyond_and_points_out() -> None:
    axes = figures.panel((0, 4), (0, 1), size=(400, 280))
    axes.plot([0.2, 0.6, 2.0, 5.0, 0.4], color=BLUE, hold=True)
    top, middle = axes.top, axes.left + axes.width / 2
    assert f'<path class="beyond" d="M{middle - 6:.1f} {top + 10:.1f}h12l-6 -10z"' in axes.elements()
