"""The half of the hub that changes things: repositories, uploads, commits, tags."""

from __future__ import annotations

import base64
import binascii
import json
import re

import yaml
from hub_access import RefusedError, may_write, user, writable
from hub_reading import runtime_of
from hub_store import StaleParentError, check_path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,94}[A-Za-z0-9])?", re.ASCII)
LARGEST_REGULAR_FILE = 10_000_000
LARGEST_COMMIT = 25_000
NO_PRO = (
    "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free cpu-basic requires a PRO"
    " subscription."
)


async def create(request: Request) -> Response:
    wanted = await request.json()
    name, _ = user(request)
    owner, kind = wanted.get("organization") or name or "", wanted.get("type", "model")
    if not NAME.fullmatch(wanted["name"]) or re.search(r"--|\.\.|\.git$", wanted["name"]):
        raise RefusedError(400, f"Invalid repository name {wanted['name'][:100]!r}")
    repo = request.app.state.store.repository(kind, f"{owner}/{wanted['name']}")
    may_write(request, repo)
    basic = kind == "space" and wanted["sdk"] != "static" and wanted.get("hardware", "cpu-basic") == "cpu-basic"
    if basic and not request.app.state.pro:
        raise RefusedError(402, NO_PRO)
    url = f"{str(request.base_url).rstrip('/')}/{'' if kind == 'model' else kind + 's/'}{repo.name}"
    if repo.exists():
        raise RefusedError(409, f"You already created this {kind} repo", url=url)
    extra = {"sdk": wanted["sdk"], "hardware": wanted.get("hardware", "cpu-basic")} if kind == "space" else {}
    repo.create(private=wanted.get("visibility") == "private" or bool(wanted.get("private")), **extra)
    return JSONResponse({"url": url, "name": repo.name})


async def delete(request: Request) -> Response:
    wanted = await request.json()
    owner = wanted.get("organization") or user(request)[0] or ""
    repo = request.app.state.store.repository(wanted.get("type", "model"), f"{owner}/{wanted['name']}")
    may_write(request, repo)
    if not repo.exists():
        raise RefusedError(404, "Repository not found", "RepoNotFound")
    repo.delete()
    return Response()


async def hardware(request: Request) -> Response:
    repo = writable(request)
    flavor = (await request.json())["flavor"]
    if flavor == "cpu-basic" and not request.app.state.pro:
        raise RefusedError(402, NO_PRO)
    repo.update(hardware=flavor)
    return JSONResponse(runtime_of(repo))


async def validate_yaml(request: Request) -> Response:
    """Check a card's metadata as far as the hub documents it."""
    wanted = await request.json()
    text = wanted["content"].replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return JSONResponse({"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]})
    try:
        data = yaml.safe_load(text.split("---\n")[1]) or {}
        errors = space_errors(data) if wanted["repoType"] == "space" else model_errors(data)
    except (yaml.YAMLError, IndexError, AttributeError) as error:
        errors = [f"not valid YAML: {error}"]
    answer = {"errors": [{"message": e} for e in errors], "warnings": []}
    return JSONResponse(answer, 400 if errors else 200)


def space_errors(data: dict) -> list[str]:
    errors = [f'"{key}" is required' for key in ("sdk",) if key not in data]
    errors += [
        f'"{key}" must be one of {sorted(COLORS)}' for key in ("colorFrom", "colorTo") if data.get(key) not in COLORS
    ]
    if len(data.get("short_description", "")) > 60:
        errors.append('"short_description" length must be less than or equal to 60 characters long')
    return errors


def model_errors(data: dict) -> list[str]:
    """Return what is wrong with a model card: each result in `model-index` needs a task, a data set and metrics."""
    errors = []
    for model in data.get("model-index", []):
        if "name" not in model:
            errors.append('"model-index[0].name" is required')
        for result in model.get("results", []):
            complete = result.get("task", {}).get("type") and result.get("dataset", {}).get("name")
            metrics = result.get("metrics", [])
            if not complete or not metrics or not all("type" in m and "value" in m for m in metrics):
                errors.append(
                    '"model-index[0].results[0]" needs task.type, dataset.name and metrics with type and value'
                )
    return errors


async def preupload(request: Request) -> Response:
    """Say of each file how it is to be sent, and what the hub holds under its name."""
    repo = writable(request)
    wanted = (await request.json())["files"]
    held = repo.files(request.path_params["revision"])

    def answer(file: dict) -> dict:
        path, known = file["path"], held.get(file["path"])
        lfs = request.app.state.lfs and path.endswith((".safetensors", ".png"))
        oid = known and known["sha256" if known["lfs"] else "oid"]
        return {"path": path, "uploadMode": "lfs" if lfs else "regular", "shouldIgnore": False, "oid": oid}

    return JSONResponse({"files": [answer(file) for file in wanted]})


async def lfs_batch(request: Request) -> Response:
    writable(request)
    store, base = request.app.state.store, str(request.base_url).rstrip("/")

    def answer(item: dict) -> dict:
        if store.object(item["oid"]).exists():
            return item
        return item | {"actions": {"upload": {"href": f"{base}/lfs/{item['oid']}"}}}

    objects = [answer(item) for item in (await request.json())["objects"]]
    return JSONResponse({"transfer": "basic", "objects": objects})


async def lfs_put(request: Request) -> Response:
    content = await request.body()
    if request.app.state.store.put(content) != request.path_params["sha256"]:
        raise RefusedError(400, "the content doesn't match its sha256")
    return Response()


async def commit(request: Request) -> Response:
    """Take a commit: all of it is checked before any of it counts."""
    repo = writable(request)
    lines = [json.loads(line) for line in (await request.body()).splitlines()]
    header = next(line["value"] for line in lines if line["key"] == "header")
    add: dict[str, bytes | str] = {}
    delete = []
    try:
        for key, value in ((line["key"], line["value"]) for line in lines):
            if key == "file":
                add[check_path(value["path"])] = base64.b64decode(value["content"], validate=True)
            elif key == "lfsFile":
                add[check_path(value["path"])] = value["oid"]
            elif key in ("deletedFile", "deletedFolder"):
                delete.append(value["path"].rstrip("/") + ("/" if key == "deletedFolder" else ""))
        if len(add) > LARGEST_COMMIT or any(len(c) > LARGEST_REGULAR_FILE for c in add.values()):
            raise RefusedError(413, "Payload Too Large")
        new = repo.commit(
            add,
            delete=tuple(delete),
            message=header["summary"],
            author=user(request)[0] or "",
            parent=header.get("parentCommit"),
            branch=request.path_params["revision"],
        )
    except StaleParentError:
        raise RefusedError(412, "A commit has happened since. Please refresh and try again.") from None
    except (ValueError, binascii.Error) as error:
        raise RefusedError(400, str(error)) from None
    prefix = "" if repo.kind == "model" else f"{repo.kind}s/"
    url = f"{request.base_url}{prefix}{repo.name}/commit/{new}"
    return JSONResponse({"success": True, "commitOid": new, "commitUrl": url, "hookOutput": ""})


async def tag(request: Request) -> Response:
    repo, name = writable(request), (await request.json())["tag"]
    target = repo.resolve(request.path_params["revision"])
    if name in repo.refs("tags"):
        raise RefusedError(409, "Tag reference exists already")
    try:
        repo.set_ref("tags", name, target)
    except ValueError as error:
        raise RefusedError(400, str(error)) from None
    return Response()


async def delete_tag(request: Request) -> Response:
    repo, name = writable(request), request.path_params["revision"]
    if name not in repo.refs("tags"):
        raise RefusedError(404, "Tag not found", "RevisionNotFound")
    (repo.folder / "refs" / "tags" / name).unlink()
    return Response()


async def branch(request: Request) -> Response:
    repo, wanted = writable(request), json.loads(await request.body() or b"{}")
    if request.path_params["revision"] in repo.refs("heads"):
        raise RefusedError(409, "Reference already exists")
    repo.set_ref("heads", request.path_params["revision"], repo.resolve(wanted.get("startingPoint", "main")))
    return Response()
