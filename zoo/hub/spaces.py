"""Publish the playground as a Space, a Gradio one or a static one: only the files it needs, checked first, in one commit."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from zoo import registry
from zoo.hub import client, specs
from zoo.hub.errors import HubError

HARDWARE = {"cpu-basic": "cpu-basic", "zero": "zero-a10g"}
"""What the command line calls the two kinds that a small app needs, and what the hub calls them."""

NO_HARDWARE = "none"
"""What a static Space runs on."""

COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
PYTHONS = ("3.10", "3.12")
"""The versions that ZeroGPU Spaces offer."""

ZERO_TORCH = "torch>=2.8,<2.12"
"""The versions of torch that ZeroGPU Spaces offer."""

LONGEST_DESCRIPTION = 60
WANTED = ("README.md", "LICENSE", "requirements.txt", "zoo/**/*", "demos/**/*")
SUFFIXES = {".py", ".html", ".css", ".js", ".png", ".jpg", ".webp", ".svg", ".json", ".yaml", ".txt", ".md", ""}
STATIC_FACTS = ("title", "emoji", "colorFrom", "colorTo", "pinned", "license", "short_description")
STATIC_ABOUT = """\
# First Nets

Write a digit, and every network of the zoo reads it in your own browser: nothing is sent, and nothing is computed here.
"""
PRELOAD = re.compile(rf"{specs.WORD}/{specs.WORD}(?: [^ ]+)? [0-9a-f]{{40}}")


@dataclass(frozen=True)
class Deployment:
    """What a Space gets. files: path -> content. problems: why it would not run. changed, removed: paths, against the hub."""

    repository: str
    hardware: str
    files: dict[str, bytes] = field(repr=False)
    problems: list[str]
    changed: list[str]
    removed: list[str]
    unasked: str = ""  # why the hub could not be asked what it holds: all files count as changed then
    commit: str | None = None

    @property
    def url(self) -> str:
        return f"{client.endpoint() or client.HUGGING_FACE}/spaces/{self.repository}"


def deploy(
    space: str, *, hardware: str | None = None, static: bool = False, private: bool = False, dry_run: bool = False
) -> Deployment:
    """Create or update a Space from the project, or with `dry_run` say what would be sent.

    space: NAME or OWNER/NAME. hardware: "zero" (ZeroGPU) or "cpu-basic"; by default a new Space gets "zero" and one that is
    there keeps what it has. static: without hardware, as a site that the browser computes alone. Raises HubError where the
    project is not fit for a Space.
    """
    if static and hardware:
        raise ValueError(f"a static Space runs on no hardware; leave out {hardware!r}")
    asked, hardware = hardware, NO_HARDWARE if static else hardware or "zero"
    if not static and hardware not in HARDWARE:
        raise ValueError(f"unknown hardware {hardware!r}; expected {' or '.join(HARDWARE)}")
    owner, name, _ = specs.parse(space)
    repository = f"{client.owner_of(owner, option='OWNER/NAME')}/{name}"
    contents = gather_static(project()) if static else gather(project(), hardware)
    problems = check_static(contents) if static else check(contents, hardware)
    remote, unasked = _look(repository, dry_run)
    held = set(remote.files) - {".gitattributes"} if remote else set()
    changed = [path for path, content in contents.items() if not (remote and remote.holds(path, content))]
    plan = Deployment(repository, hardware, contents, problems, changed, sorted(held - contents.keys()), unasked)
    if dry_run:
        return plan
    if problems:
        raise HubError(f"{repository} was not deployed: {'; '.join(problems)}")
    options = {"space_sdk": "static"} if static else {"space_sdk": "gradio", "space_hardware": HARDWARE[hardware]}
    base = remote or client.create(repository, private=private, kind="space", **options)
    commit = base.commit
    if plan.changed or plan.removed:
        sent = {path: contents[path] for path in plan.changed}
        commit = client.publish(base, sent, "Deploy the playground", delete=tuple(plan.removed), kind="space")
    if remote and asked:  # a new one was created with it
        client.set_hardware(repository, HARDWARE[hardware])
    return Deployment(**vars(plan) | {"commit": commit})


def _look(repository: str, dry_run: bool) -> tuple[client.Remote | None, str]:
    """Return a Space as it is on the hub, None where there is none; in a dry run that need not answer: then why not."""
    try:
        if dry_run:
            client.greet()
        return client.look(repository, kind="space"), ""
    except HubError as error:
        if not dry_run:
            raise
        return None, str(error)


def project() -> Path:
    """Return the root of the checkout. Raises HubError where the package was installed without its pages."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "demos" / "app.py").is_file():
        raise HubError(f"{root} holds no demos/app.py; run `python -m zoo deploy` in a checkout of the project")
    return root


def gather(root: Path, hardware: str) -> dict[str, bytes]:
    """Return what a Space needs, by path: the code, the pages and what they show, the models of the registry, the README."""
    paths = {path.relative_to(root).as_posix(): path for pattern in WANTED for path in sorted(root.glob(pattern))}
    files = {name: path.read_bytes() for name, path in paths.items() if path.is_file() and _belongs(name)}
    models = registry.root()
    for name in registry.names():
        files |= {
            f"weights/{name}/{file}": (models / name / file).read_bytes()
            for file in registry.FILES
            if (models / name / file).is_file()
        }
    if hardware == "zero" and "requirements.txt" in files:
        files["requirements.txt"] = _bound_torch(files["requirements.txt"].decode()).encode()
    return files


def gather_static(root: Path) -> dict[str, bytes]:
    """Return the static site, by path, as demos/site.py writes it, with the README that tells the hub what it is."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(root / "demos" / "site.py"), folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise HubError(f"demos/site.py wrote no site: {reason}")
        site = Path(folder)
        files = {
            path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()
        }
    about = (root / "README.md").read_text(encoding="utf-8")
    return {**files, "README.md": _static_readme(about).encode(), "LICENSE": (root / "LICENSE").read_bytes()}


def _static_readme(about: str) -> str:
    """Return the project's front matter with what a static Space needs in place of what a Gradio one does."""
    facts = {key: value for key, value in client.front_matter(about).items() if key in STATIC_FACTS}
    lines = yaml.safe_dump({**facts, "sdk": "static", "app_file": "index.html"}, allow_unicode=True, sort_keys=False)
    return f"---\n{lines}---\n\n{STATIC_ABOUT}"


def _belongs(name: str) -> bool:
    parts = name.split("/")
    return not any(part.startswith((".", "__pycache__")) for part in parts) and Path(name).suffix in SUFFIXES


def _bound_torch(requirements: str) -> str:
    """Keep torch to the versions of ZeroGPU; torchvision follows, as each of its versions wants one of torch."""
    return re.sub(r"(?m)^torch\b(?!vision)[^\n]*", ZERO_TORCH, requirements)


def check(files: dict[str, bytes], hardware: str) -> list[str]:
    """Return why a Space with these files would be refused or not start, a sentence each."""
    try:
        facts = client.front_matter(files.get("README.md", b"").decode())
    except ValueError as error:
        return [str(error)]
    problems = _check_facts(facts)
    if facts.get("sdk") != "gradio":
        problems.append(f"README.md: sdk is {facts.get('sdk')!r}, expected 'gradio'")
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(facts.get("sdk_version"))):
        problems.append(
            f"README.md: sdk_version is {facts.get('sdk_version')!r}, expected a full version such as '6.31.0'"
        )
    if facts.get("python_version") not in PYTHONS:
        problems.append(
            f"README.md: python_version is {facts.get('python_version')!r}, expected one of {', '.join(PYTHONS)} in quotes"
        )
    for model in facts.get("preload_from_hub", []):
        if not PRELOAD.fullmatch(str(model)):
            problems.append(f"README.md: preload_from_hub names {model!r} without the commit that pins it (40 digits)")
    return problems + _check_app(files, str(facts.get("app_file")), hardware)


def check_static(files: dict[str, bytes]) -> list[str]:
    """Return why a static Space with these files would be refused or show nothing, a sentence each."""
    problems = _check_facts(client.front_matter(files["README.md"].decode()))
    return problems + [f"{path} is missing" for path in ("index.html",) if path not in files]


def _check_facts(facts: dict[str, Any]) -> list[str]:
    problems = [f"README.md: {key} is missing" for key in ("title", "emoji", "license") if not facts.get(key)]
    for key in ("colorFrom", "colorTo"):
        if facts.get(key) not in COLORS:
            problems.append(f"README.md: {key} is {facts.get(key)!r}, expected one of {', '.join(COLORS)}")
    if len(str(facts.get("short_description", ""))) > LONGEST_DESCRIPTION:
        problems.append(f"README.md: short_description is longer than {LONGEST_DESCRIPTION} characters")
    return problems


def _check_app(files: dict[str, bytes], app: str, hardware: str) -> list[str]:
    problems = []
    if app not in files:
        problems.append(f"README.md: app_file {app!r} is not among the files")
    elif hardware == "zero" and not re.search(rb"(?m)^\s*@spaces\.GPU\b", files[app]):
        problems.append(f"{app} declares no @spaces.GPU function, without which a ZeroGPU Space does not start")
    if "requirements.txt" not in files:
        problems.append("requirements.txt is missing")
    if not any(path.endswith(f"/{registry.WEIGHTS}") for path in files):
        problems.append("there are no models; train or pull some first")
    return problems
