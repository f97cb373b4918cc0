"""The half of the hub that answers questions: accounts, listings, trees, and the files themselves."""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs

import yaml
from hub_access import TYPES, RefusedError, readable, user
from hub_store import Repository
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def whoami(request: Request) -> Response:
    name, role = user(request)
    if name is None:
        raise RefusedError(401, "Invalid username or password.")
    token = {"displayName": "test", "role": role}
    return JSONResponse(
        {
            "type": "user",
            "name": name,
            "fullname": name,
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": token},
        }
    )


async def runtime(request: Request) -> Response:
    return JSONResponse(runtime_of(readable(request)))


def runtime_of(repo: Repository) -> dict:
    return {"stage": "BUILDING", "hardware": {"current": None, "requested": repo.meta["hardware"]}}


def card(repo: Repository, revision: str = "main") -> dict:
    """Return the metadata at the head of README.md, {} without one."""
    if "README.md" not in repo.files(revision):
        return {}
    text = repo.read("README.md", revision).decode()
    return (yaml.safe_load(text.split("---")[1]) or {}) if text.startswith("---") else {}


def info(repo: Repository, revision: str = "main") -> dict:
    history, data = repo.history(revision), card(repo, revision)
    extra = {"sdk": repo.meta["sdk"], "runtime": runtime_of(repo)} if repo.kind == "space" else {}
    return {
        "_id": "0" * 24,
        "id": repo.name,
        "modelId": repo.name,
        "author": repo.owner,
        "sha": history[0]["id"],
        "lastModified": history[0]["date"],
        "createdAt": history[-1]["date"],
        "private": repo.meta["private"],
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [*data.get("tags", []), *(f"dataset:{d}" for d in data.get("datasets", []))],
        "library_name": data.get("library_name"),
        "pipeline_tag": data.get("pipeline_tag"),
        "cardData": data,
        "model-index": data.get("model-index"),
        "siblings": [{"rfilename": path} for path in history[0]["files"]],
    } | extra


async def repository_info(request: Request) -> Response:
    repo = readable(request)
    return JSONResponse(info(repo, request.path_params.get("revision", "main")))


async def listing(request: Request) -> Response:
    kind, query = TYPES[request.path_params["type"]], request.query_params
    name, _ = user(request)
    found = [r for r in request.app.state.store.repositories(kind) if not r.meta["private"] or r.owner == name]
    if author := query.get("author"):
        found = [r for r in found if r.owner == author]
    if word := query.get("search"):
        found = [r for r in found if word.lower() in r.name.lower()]
    items = [info(r) for r in found]
    for tag in query.getlist("filter"):
        items = [i for i in items if tag in i["tags"] or tag == i["library_name"]]
    return paged(request, items)


def paged(request: Request, items: list) -> Response:
    """Answer with one page, and a link to the next as the hub gives it."""
    size, start = request.app.state.page_size, int(request.query_params.get("cursor", 0))
    headers = {}
    if start + size < len(items):
        headers["Link"] = f'<{request.url.include_query_params(cursor=start + size)}>; rel="next"'
    return JSONResponse(items[start : start + size], headers=headers)


def _entry(path: str, file: dict) -> dict:
    entry = {"type": "file", "path": path, "size": file["size"], "oid": file["oid"]}
    if file["lfs"]:
        entry["lfs"] = {"oid": file["sha256"], "size": file["size"], "pointerSize": 130}
    return entry


async def tree(request: Request) -> Response:
    repo, below = readable(request), request.path_params.get("path", "")
    files = repo.files(request.path_params["revision"])
    inside = {path: file for path, file in files.items() if not below or path.startswith(f"{below}/")}
    if request.query_params.get("recursive") == "true":
        return paged(request, [_entry(path, file) for path, file in inside.items()])
    depth = len(below.split("/")) if below else 0
    entries = {}
    for path, file in inside.items():
        parts = path.split("/")
        short = "/".join(parts[: depth + 1])
        folder = {"type": "directory", "path": short, "oid": "0" * 40, "size": 0}
        entries[short] = _entry(path, file) if len(parts) == depth + 1 else folder
    return paged(request, list(entries.values()))


async def paths_info(request: Request) -> Response:
    repo = readable(request)
    paths = parse_qs((await request.body()).decode()).get("paths", [])
    files = repo.files(request.path_params["revision"])
    return JSONResponse([_entry(path, files[path]) for path in paths if path in files])


async def refs(request: Request) -> Response:
    repo = readable(request)

    def listed(kind: str) -> list[dict]:
        return [
            {"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": commit}
            for name, commit in repo.refs(kind).items()
        ]

    return JSONResponse({"branches": listed("heads"), "tags": listed("tags"), "converts": [], "pullRequests": []})


async def commits(request: Request) -> Response:
    history = readable(request).history(request.path_params["revision"])
    return paged(
        request,
        [
            {"id": c["id"], "title": c["title"], "message": "", "date": c["date"], "authors": [{"user": c["author"]}]}
            for c in history
        ],
    )


async def resolve(request: Request) -> Response:
    """Serve a file, or send the client on to where large files lie: another host, which must not see its token."""
    repo, path = readable(request), request.path_params["path"]
    commit = repo.resolve(request.path_params["revision"])
    headers = {"X-Repo-Commit": commit}
    file = repo.files(commit).get(path)
    if file is None:
        refused = RefusedError(404, "Entry not found", "EntryNotFound").response
        refused.headers.update(headers)
        return refused
    if not file["lfs"]:
        headers["ETag"] = f'"{file["oid"]}"'
        return ranged(request, request.app.state.store.object(file["sha256"]).read_bytes(), headers)
    signature = secrets.token_hex(8)
    request.app.state.signatures[signature] = file["sha256"]
    headers |= {"X-Linked-Etag": f'"{file["sha256"]}"', "X-Linked-Size": str(file["size"])}
    headers["Location"] = f"http://localhost:{request.url.port}/cdn/{file['sha256']}?Signature={signature}"
    return Response(status_code=302, headers=headers)


async def cdn(request: Request) -> Response:
    sha256 = request.path_params["sha256"]
    if request.app.state.signatures.get(request.query_params.get("Signature")) != sha256:
        return Response("AccessDenied", 403)
    if "authorization" in request.headers:
        return Response("only one auth mechanism allowed", 400)
    return ranged(request, request.app.state.store.object(sha256).read_bytes(), {"ETag": f'"{sha256}"'})


def ranged(request: Request, content: bytes, headers: dict[str, str]) -> Response:
    """Serve the content, from an offset where the client resumes."""
    start = int(match[1]) if (match := re.match(r"bytes=(\d+)-", request.headers.get("range", ""))) else 0
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    headers["Content-Length"] = str(len(content) - start)
    body = b"" if request.method == "HEAD" else content[start:]
    return Response(body, 206 if start else 200, headers, "application/octet-stream")
