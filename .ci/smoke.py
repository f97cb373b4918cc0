"""A look whether the project works on this system at all, with what running needs and nothing more: python .ci/smoke.py"""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import zoo

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Ask the command line, every model and every page once. Raises where something fails."""
    for command in ("--version", "list", "verify"):
        subprocess.run([sys.executable, "-m", "zoo", command], cwd=ROOT, check=True)
    stroke = np.full((100, 60), 255, np.uint8)
    stroke[10:90, 28:33] = 0
    for name in zoo.list_models():
        classifier = zoo.load(name)
        if classifier.config.dataset == "mnist":
            assert next(iter(classifier.classify(stroke))) == "1", name
    pages()


def pages() -> None:
    """Start the playground, open its pages, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    app = subprocess.Popen([sys.executable, "demos/app.py", "--port", url.rpartition(":")[2]], cwd=ROOT)
    try:
        for path in ("healthz", "", "fashion", "models", "losses", "api"):
            print(path or "/", status(f"{url}/{path}", app))
    finally:
        app.terminate()
        app.wait(30)


def status(url: str, app: subprocess.Popen) -> int:
    """Return what a page is answered with, having waited for the app to start."""
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.status
        except OSError:
            if app.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    main()
