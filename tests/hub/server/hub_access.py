"""Who asks, what they may see and change, and how the hub says no."""

from __future__ import annotations

from hub_store import MissingError, Repository
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TYPES = {"models": "model", "datasets": "dataset", "spaces": "space"}
# token -> who it belongs to, and what it may do
TOKENS = {
    "hf_alice_may_write": ("alice", "write"),
    "hf_alice_may_read": ("alice", "read"),
    "hf_bob_may_write": ("bob", "write"),
}


class RefusedError(Exception):
    """An answer with an error in it, as the hub words it."""

    def __init__(self, status: int, message: str, code: str | None = None, **extra: object):
        super().__init__(message)
        headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        self.response = JSONResponse({"error": message} | extra, status, headers)


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error.response


async def missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, MissingError)
    return RefusedError(404, str(error), error.code).response


def user(request: Request) -> tuple[str | None, str]:
    """Return (name, role) of whoever the token belongs to; (None, "") without a token."""
    header = request.headers.get("authorization")
    if header is None:
        return None, ""
    token = header.removeprefix("Bearer ")
    if token not in TOKENS:
        raise RefusedError(401, "Invalid credentials in Authorization header")
    return TOKENS[token]


def readable(request: Request) -> Repository:
    """Return the repository the path names, or refuse as if it weren't there: private ones stay hidden."""
    params = request.path_params
    repo = request.app.state.store.repository(
        TYPES[params.get("type", "models")], f"{params['owner']}/{params['name']}"
    )
    name, _ = user(request)
    if repo.exists() and (not repo.meta["private"] or name == repo.owner):
        return repo
    if name is None:
        raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
    raise RefusedError(404, "Repository not found", "RepoNotFound")


def writable(request: Request) -> Repository:
    repo = readable(request)
    may_write(request, repo)
    return repo


def may_write(request: Request, repo: Repository) -> None:
    name, role = user(request)
    if name is None:
        raise RefusedError(401, "Invalid username or password.")
    if name != repo.owner or role != "write":
        raise RefusedError(403, f"You don't have the rights to write to {repo.name} with this token")
