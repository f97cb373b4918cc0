"""How the C library keeps memory that tensors have freed."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
ENOUGH = 1 << 30


def keep_freed_memory() -> None:
    """Let glibc keep what is freed for the next tensor, not hand it back to the system; elsewhere do nothing.

    A training step frees and asks for the same activations again and again; each time that their pages come back from the
    system they are cleared and mapped anew, which takes LeNet-5 up to a third of its time.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "mallopt"):
            library.mallopt(M_MMAP_THRESHOLD, ENOUGH)
            library.mallopt(M_TRIM_THRESHOLD, ENOUGH)
