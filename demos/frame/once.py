"""What is computed when it is first asked for, and kept: by one thread, while others wait for it."""

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

Answer = TypeVar("Answer")


def once(compute: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Compute a name's answer only once, whoever asks; an error is not kept."""
    kept, one = cache(compute), threading.Lock()

    @wraps(compute)
    def answer(name: str) -> Answer:
        with one:
            return kept(name)

    return answer
