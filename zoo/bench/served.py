"""An app of demos/ as a user starts it, in a process of its own."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Server:
    """A running app; `served` ends it."""

    def __init__(self, script: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._begun = time.perf_counter()
        command = [sys.executable, str(script), "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def first_answer(self) -> float:
        """Wait for the front page and return the seconds since the start. Raises RuntimeError where the app ends before."""
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app ended with exit code {self.process.returncode} before it answered")
            try:
                urllib.request.urlopen(self.url, timeout=120).close()
                return time.perf_counter() - self._begun
            except OSError:
                time.sleep(0.05)

    def config(self) -> dict[str, Any]:
        """Return what Gradio tells a program about the front page."""
        with urllib.request.urlopen(f"{self.url}/config", timeout=60) as answer:
            return json.load(answer)

    def memory(self) -> float:
        """Return the resident size in MB; 0 where no /proc tells."""
        status = Path(f"/proc/{self.process.pid}/status")
        size = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
        return int(size[1]) / 1000 if size else 0.0


@contextmanager
def served(script: Path) -> Iterator[Server]:
    """Start an app and end it afterwards."""
    server = Server(script)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait(20)
