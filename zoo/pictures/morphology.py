"""Shapes in small binary masks: boxes, components, holes, distances and centre lines, in numpy alone."""

import numpy as np


def pad(array: np.ndarray, margin: int) -> np.ndarray:
    """Return array (H, W) with a margin of zeros on every side. `np.pad` takes five times as long for a small one."""
    height, width = array.shape
    padded = np.zeros((height + 2 * margin, width + 2 * margin), array.dtype)
    padded[margin : margin + height, margin : margin + width] = array
    return padded


def bounding_box(mask: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and the columns of the smallest box around all that is in mask (H, W) bool, some of it True."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def components(mask: np.ndarray, *, corners: bool = True) -> tuple[np.ndarray, int]:
    """Label the connected components. mask (H, W) bool -> labels (H, W) int64, 0 outside and 1..n inside; and n.

    corners: whether pixels that touch only at a corner are connected.
    """
    height, width = mask.shape
    flat = pad(mask, 1)[1:-1].ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]  # runs of each row; ends are exclusive
    if not len(starts):
        return np.zeros(mask.shape, np.int64), 0
    above, below = _touching_runs(starts, ends, width + 2, corners)
    roots = np.arange(len(starts))
    while True:
        lowest = np.minimum(roots[above], roots[below])
        joined = roots.copy()
        np.minimum.at(joined, above, lowest)
        np.minimum.at(joined, below, lowest)
        np.minimum.at(joined, roots, joined)  # the root of a run learns what the run has learnt
        joined = joined[joined]
        if np.array_equal(joined, roots):
            break
        roots = joined
    names, numbers = np.unique(roots, return_inverse=True)
    labels = np.zeros(flat.shape, np.int64)
    labels[flat] = np.repeat(numbers + 1, ends - starts)
    return labels.reshape(height, width + 2)[:, 1:-1], len(names)


def _touching_runs(starts: np.ndarray, ends: np.ndarray, stride: int, corners: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of runs in neighbouring rows that touch."""
    first = np.searchsorted(ends, starts + stride, side="left" if corners else "right")
    last = np.searchsorted(starts, ends + stride, side="right" if corners else "left")
    count = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(starts)), count)
    below = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return above, below


def fill_holes(mask: np.ndarray) -> np.ndarray:
    """Fill what the outside can't reach, from side to side. mask (H, W) bool -> (H, W) bool."""
    labels, _ = components(np.pad(~mask, 1, constant_values=True), corners=False)
    return (labels != labels[0, 0])[1:-1, 1:-1]


def erosion(mask: np.ndarray) -> np.ndarray:
    """Take off the outermost pixels, which touch the outside with a side. mask (H, W) bool -> (H, W) bool."""
    return ~_with_neighbours(np.pad(~mask, 1))[1:-1, 1:-1]


def opening(mask: np.ndarray) -> np.ndarray:
    """Take off what is thinner than three pixels. mask (H, W) bool -> (H, W) bool."""
    return _with_neighbours(erosion(mask))


def disc_opening(mask: np.ndarray, radius: int) -> np.ndarray:
    """Return the union of all discs of a radius, in pixels, that fit into a mask (H, W) bool. -> the same."""
    middles = distance(~mask, radius + 1) > radius
    return mask & (distance(middles, radius + 1) <= radius) if middles.any() else np.zeros_like(mask)


def largest(mask: np.ndarray) -> np.ndarray:
    """Return the largest connected component of a mask (H, W) bool, nothing of an empty one. -> the same."""
    labels, count = components(mask)
    return labels == 1 + np.bincount(labels.ravel(), minlength=2)[1:].argmax() if count else mask


def _with_neighbours(mask: np.ndarray) -> np.ndarray:
    wider = mask.copy()
    wider[1:] |= mask[:-1]
    wider[:-1] |= mask[1:]
    wider[:, 1:] |= mask[:, :-1]
    wider[:, :-1] |= mask[:, 1:]
    return wider


def distance(mask: np.ndarray, limit: int) -> np.ndarray:
    """Return each pixel's Euclidean distance to the nearest True one, exact up to limit. (H, W) bool -> float32.

    Farther pixels get a distance of at least limit. Columns by scans, then rows by the lower envelope of parabolas
    (Felzenszwalb & Huttenlocher, Distance Transforms of Sampled Functions, 2012), cut off at limit.
    """
    rows = np.arange(mask.shape[0])[:, None]
    far = 2 * (limit + max(mask.shape))
    before = np.maximum.accumulate(np.where(mask, rows, -far), axis=0)
    after = np.minimum.accumulate(np.where(mask, rows, far)[::-1], axis=0)[::-1]
    column = np.minimum(rows - before, after - rows).astype(np.float32) ** 2
    squared = column.copy()
    for step in range(1, min(limit, mask.shape[1] - 1) + 1):
        if step * step >= squared.max():
            break  # from here on nothing comes nearer
        np.minimum(squared[:, step:], column[:, :-step] + step * step, out=squared[:, step:])
        np.minimum(squared[:, :-step], column[:, step:] + step * step, out=squared[:, :-step])
    return np.sqrt(squared)


def thin(mask: np.ndarray) -> np.ndarray:
    """Thin strokes to lines one pixel wide, their ends and joints kept. mask (H, W) bool -> (H, W) bool.

    Zhang & Suen, A Fast Parallel Algorithm for Thinning Digital Patterns, 1984.
    """
    if not mask.any():
        return mask.copy()
    box = bounding_box(mask)
    padded = pad(mask[box], 1).astype(np.uint16)
    inner = padded[1:-1, 1:-1]
    changed = True
    while changed:
        changed = False
        for table in _DELETABLE:
            three = padded[:, :-2] | padded[:, 1:-1] << 1 | padded[:, 2:] << 2
            delete = table[three[:-2] | three[1:-1] << 3 | three[2:] << 6]
            if delete.any():
                inner[delete] = 0
                changed = True
    lines = np.zeros_like(mask)
    lines[box] = inner > 0
    return lines


def _deletable(step: int) -> np.ndarray:
    """Return for each of the 512 squares of 3 x 3 pixels, a bit each, whether the given half-step (0 or 1) deletes the middle."""
    square = (np.arange(512)[:, None] >> np.arange(9)) & 1
    ring = square[:, [1, 2, 5, 8, 7, 6, 3, 0]]  # neighbours P2..P9 of the paper: clockwise from the one above
    crossings = ((ring == 0) & (np.roll(ring, -1, axis=1) == 1)).sum(1)
    north, east, south, west = ring[:, 0], ring[:, 2], ring[:, 4], ring[:, 6]
    if step == 0:
        open_side = (north * east * south == 0) & (east * south * west == 0)
    else:
        open_side = (north * east * west == 0) & (north * south * west == 0)
    neighbours = ring.sum(1)
    return (square[:, 4] == 1) & (neighbours >= 2) & (neighbours <= 6) & (crossings == 1) & open_side


_DELETABLE = (_deletable(0), _deletable(1))
