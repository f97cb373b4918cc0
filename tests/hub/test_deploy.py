"""The playground as a Space: only what it needs, in one commit, refused here rather than broken there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from hub_client import NAME, login
from huggingface_hub import HfApi

from zoo import registry
from zoo.hub import spaces
from zoo.hub.errors import HubError

ROOT = Path(__file__).resolve().parents[2]
FACTS = {
    "title": "First Nets",
    "emoji": "✏️",
    "colorFrom": "indigo",
    "colorTo": "pink",
    "sdk": "gradio",
    "sdk_version": "6.31.0",
    "python_version": '"3.12"',
    "app_file": "demos/app.py",
    "license": "mit",
    "short_description": "Play with nets",
}
APP = "try:\n    import spaces\nexcept ImportError:\n    pass\nelse:\n\n    @spaces.GPU\n    def on_gpu():\n        pass\n"


def readme(**changes: str | None) -> str:
    facts = {key: value for key, value in (FACTS | changes).items() if value is not None}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in facts.items()) + "---\n# First Nets\n"


@pytest.fixture
def project(local, tmp_path, monkeypatch):
    """A checkout of a small project, with the one model of the registry."""
    root = tmp_path / "project"
    for name, text in {
        "README.md": readme(),
        "LICENSE": "MIT",
        "requirements.txt": "torch>=2.8\ntorchvision>=0.23\ngradio>=6.31,<7\n",
        "demos/app.py": APP,
        "demos/images/pad.png": "a picture",
        "demos/__pycache__/app.cpython-311.pyc": "compiled",
        "demos/.secret": "a secret",
        "demos/model.pkl": "a pickle",
        "zoo/__init__.py": "",
        "zoo/lab/losses.py": "",
        "tests/test_x.py": "",
        "data/MNIST/raw/t10k-images-idx3-ubyte": "data",
        "pyproject.toml": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(spaces, "project", lambda: root)
    return root


NEEDED = {"README.md", "LICENSE", "requirements.txt", "demos/app.py", "demos/images/pad.png", "zoo/__init__.py"}
NEEDED |= {"zoo/lab/losses.py", *(f"weights/{NAME}/{file}" for file in registry.FILES)}


def held(hub):
    return set(hub.store.repository("space", "alice/play").files("main")) - {".gitattributes"}


def test_a_deployment_sends_what_a_space_needs_and_nothing_else(hub, project):
    done = spaces.deploy("play")
    assert held(hub) == NEEDED == set(done.files)
    assert done.url == f"{hub.url}/spaces/alice/play"
    space = HfApi(endpoint=hub.url).space_info("alice/play")
    assert (space.sdk, space.runtime.requested_hardware, space.sha) == ("gradio", "zero-a10g", done.commit)


def test_deploying_the_same_again_sends_nothing_and_what_is_gone_here_goes_there(hub, project):
    first = spaces.deploy("play")
    assert spaces.deploy("play").commit == first.commit
    (project / "zoo/lab/losses.py").unlink()
    (project / "demos/new.py").write_text("new")
    done = spaces.deploy("play")
    assert (done.changed, done.removed) == (["demos/new.py"], ["zoo/lab/losses.py"])
    assert held(hub) == NEEDED - {"zoo/lab/losses.py"} | {"demos/new.py"}
    assert len(hub.store.repository("space", "alice/play").history()) == 3


SITE = "import pathlib, sys\nfor name in ('index.html', 'static/pad.js'): \n"
SITE += "    path = pathlib.Path(sys.argv[1], name)\n    path.parent.mkdir(exist_ok=True)\n    path.write_text(name)\n"


def test_a_static_space_gets_the_site_and_no_hardware(hub, project):
    (project / "demos/site.py").write_text(SITE)
    plan = spaces.deploy("play", static=True, dry_run=True)
    assert set(plan.changed) == {"index.html", "static/pad.js", "README.md", "LICENSE"}
    assert not hub.store.repository("space", "alice/play").exists()

    done = spaces.deploy("play", static=True)
    assert held(hub) == set(plan.changed)
    space = HfApi(endpoint=hub.url).space_info("alice/play")
    assert (space.sdk, space.sha) == ("static", done.commit)
    about = done.files["README.md"].decode()
    assert "sdk: static\napp_file: index.html\n" in about
    assert "sdk_version" not in about
    assert spaces.deploy("play", static=True).commit == done.commit


def test_a_static_space_that_cannot_be_made_is_refused(hub, project):
    with pytest.raises(ValueError, match="runs on no hardware"):
        spaces.deploy("play", static=True, hardware="zero")
    (project / "demos/site.py").write_text("raise SystemExit('there are no models')")
    with pytest.raises(HubError, match="there are no models"):
        spaces.deploy("play", static=True)


def test_a_dry_run_sends_nothing(hub, project):
    done = spaces.deploy("play", dry_run=True)
    assert set(done.changed) == NEEDED
    assert (done.problems, done.commit) == ([], None)
    assert not hub.store.repository("space", "alice/play").exists()


def test_a_dry_run_needs_no_hub(hub, project, monkeypatch, impatient):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    done = spaces.deploy("alice/play", dry_run=True)
    assert set(done.changed) == NEEDED
    assert "the hub cannot be reached" in done.unasked
    with pytest.raises(HubError, match=r"cannot tell who is meant \(OWNER/NAME and ZOO_NAMESPACE say so too\)"):
        spaces.deploy("play", dry_run=True)
    with pytest.raises(HubError, match="cannot be reached"):
        spaces.deploy("alice/play")


def test_many_files_are_still_one_commit(hub, project):
    """The client's own folder upload would make two commits of more than 250 files, and show a half of the app."""
    for i in range(300):
        (project / f"demos/page_{i}.py").write_text(str(i))
    spaces.deploy("play")
    assert len(held(hub)) == len(NEEDED) + 300
    assert len(hub.store.repository("space", "alice/play").history()) == 2


def test_for_zero_torch_is_kept_to_the_versions_it_offers(hub, project):
    kept = spaces.gather(project, "zero")["requirements.txt"].decode()
    assert kept == "torch>=2.8,<2.12\ntorchvision>=0.23\ngradio>=6.31,<7\n"
    assert spaces.gather(project, "cpu-basic")["requirements.txt"] == (project / "requirements.txt").read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# First Nets\n", "does not begin with the front matter"),
        ("---\ntitle: [\n---\n", "front matter can't be read"),
        (readme(sdk="docker"), "sdk is 'docker', expected 'gradio'"),
        (readme(sdk_version=None), "sdk_version is None, expected a full version such as '6.31.0'"),
        (readme(sdk_version="6.31"), "sdk_version is 6.31"),
        (readme(python_version="3.10"), r"python_version is 3.1, expected one of 3.10, 3.12 in quotes"),
        (readme(colorFrom="mauve"), "colorFrom is 'mauve', expected one of red"),
        (readme(title=None), "title is missing"),
        (readme(short_description="x" * 61), "short_description is longer than 60 characters"),
        (readme(app_file="app.py"), "app_file 'app.py' is not among the files"),
        (readme(preload_from_hub="[alice/net]"), "'alice/net' without the commit that pins it"),
    ],
)
def test_a_bad_front_matter_is_refused_before_anything_is_sent(text, message, hub, project):
    (project / "README.md").write_text(text)
    (problem,) = [
        p for p in spaces.deploy("play", dry_run=True).problems if re.search(re.escape(message).replace(r"\.", "."), p)
    ]
    with pytest.raises(HubError, match="was not deployed") as error:
        spaces.deploy("play")
    assert problem in str(error.value)
    assert not hub.store.repository("space", "alice/play").exists()


def test_models_may_be_preloaded_from_a_pinned_commit(hub, project):
    (project / "README.md").write_text(
        readme(preload_from_hub=f"['alice/net config.json,model.safetensors {'a' * 40}']")
    )
    assert spaces.deploy("play", dry_run=True).problems == []


def test_zero_needs_a_gpu_function_and_models(hub, project, local):
    (project / "demos/app.py").write_text("import gradio\n")
    assert ["no @spaces.GPU function" in p for p in spaces.deploy("play", dry_run=True).problems] == [True]
    assert spaces.deploy("play", hardware="cpu-basic", dry_run=True).problems == []
    (local / NAME / "config.json").unlink()
    problems = spaces.deploy("play", hardware="cpu-basic", dry_run=True).problems
    assert problems == ["there are no models; train or pull some first"]


def test_without_a_subscription_the_free_cpu_is_refused_in_the_hub_s_words(start_hub, client, project, monkeypatch):
    hub = start_hub(pro=False)
    login(monkeypatch, hub, client)
    with pytest.raises(HubError, match=r"subscription \(it says: .*free cpu-basic requires a PRO subscription"):
        spaces.deploy("play", hardware="cpu-basic")
    assert spaces.deploy("play").commit


def test_hardware_is_changed_only_when_asked_for(hub, project):
    spaces.deploy("play", hardware="cpu-basic")
    api = HfApi(endpoint=hub.url)
    spaces.deploy("play")
    assert api.get_space_runtime("alice/play").requested_hardware == "cpu-basic"
    spaces.deploy("play", hardware="zero")
    assert api.get_space_runtime("alice/play").requested_hardware == "zero-a10g"
    with pytest.raises(ValueError, match="unknown hardware 'gpu'; expected cpu-basic or zero"):
        spaces.deploy("play", hardware="gpu")


def test_a_deployment_outlives_a_lost_answer(hub, project, impatient):
    spaces.deploy("play")
    (project / "demos/new.py").write_text("new")
    (project / "zoo/lab/losses.py").unlink()
    hub.faults.add("lose", "/commit/main")
    done = spaces.deploy("play")
    history = hub.store.repository("space", "alice/play").history()
    assert (history[0]["id"], len(history)) == (done.commit, 3)


def test_this_project_can_be_deployed(hub, weights):
    """The real files: front matter, app, requirements; small enough for a hub, no tests, no data."""
    plan = spaces.deploy("first-nets", dry_run=True)
    assert plan.problems == []
    assert {"demos/app.py", "zoo/__init__.py", "README.md", "requirements.txt"} <= set(plan.files)
    assert {path.split("/")[0] for path in plan.files} == {
        "README.md",
        "LICENSE",
        "requirements.txt",
        "zoo",
        "demos",
        "weights",
    }
    assert sum(map(len, plan.files.values())) < 50e6
    assert max(map(len, plan.files.values())) < 10e6


SPACES = """
import gradio

def GPU(function):
    print(function.__name__)
    return function

def reporting(self, *args, **options):
    gradio.Blocks.launch = launch
    print("reported")
    return launch(self, *args, **options)

launch, gradio.Blocks.launch = gradio.Blocks.launch, reporting
gradio_auto_wrap = lambda function: function
"""


def test_what_is_deployed_starts_on_zero(hub, weights, tmp_path):
    """The file set alone, in another place, beside a stand-in for the package that Spaces have.

    That package tells ZeroGPU at the first `Blocks.launch` that the app has started.
    """
    space = tmp_path / "space"
    for path, content in (spaces.gather(ROOT, "zero") | {"spaces.py": SPACES.encode()}).items():
        (space / path).parent.mkdir(parents=True, exist_ok=True)
        (space / path).write_bytes(content)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ZOO_", "HF_"))}
    plain |= {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": str(port), "PYTHONPATH": str(space)}
    command = [sys.executable, "-u", "demos/app.py"]
    with subprocess.Popen(command, cwd=space, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=plain) as process:
        try:
            lines = [process.stdout.readline().decode().strip() for _ in range(3)]
            assert lines == ["on_gpu", "reported", f"* Running on http://0.0.0.0:{port}"]
            transport = httpx.HTTPTransport(retries=8)  # until it listens
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=60) as client:
                assert client.get("/healthz").json() == {"status": "ok"}
                assert "window.gradio_config" in client.get("/losses").text
        finally:
            process.terminate()
        process.wait(20)


def test_a_name_must_be_one(hub, project):
    with pytest.raises(ValueError, match="names no model on a hub"):
        spaces.deploy("../play")
