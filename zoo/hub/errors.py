"""What can go wrong between the zoo and a hub: in words, with the way out, and whether another try may help.

Errors are told apart by their class names and status codes, so that this file needs no client library.
"""

import errno
import os
from collections.abc import Iterator

WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try of a request that failed in passing."""

LONGEST_WAIT = 30.0
"""A hub that asks for more patience than this is not waited for."""

PATIENCE = 60.0
"""Seconds after which a request is not begun again: the client library has tries of its own within each of ours."""

TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})

STRANGE = (
    "what answered does not speak as a hub does; check the network (a log-in page?), and HF_ENDPOINT where it is set"
)

NAMES = {
    "OfflineModeIsEnabled": "offline mode is on; unset HF_HUB_OFFLINE to reach the hub",
    "LocalEntryNotFoundError": "it is not (whole) in the cache, and the hub could not be asked",
    "LocalTokenNotFoundError": "nobody is logged in; run `hf auth login`, or set HF_TOKEN",
    "RepositoryNotFoundError": "there is no such repository, or it is private and this login may not see it (`hf auth whoami`)",
    "RevisionNotFoundError": "it has no such revision; `hf repos tag list` names the tags",
    "EntryNotFoundError": "a file is missing from it",
    "TimeoutException": "the hub did not answer in time; try again, or check the network",
    "RemoteProtocolError": "the connection broke off; try again, or check the network",
    "JSONDecodeError": STRANGE,
    "LookupError": STRANGE,
    "TypeError": STRANGE,
    "AttributeError": STRANGE,
    "TransportError": "the hub cannot be reached; check the network, and HF_ENDPOINT where it is set",
}
"""By the name of an error's class or of one it derives from: what it means."""

STATUSES = {
    401: "the hub does not know this token; run `hf auth login`, or correct HF_TOKEN",
    402: "the hub asks for a subscription",
    403: "this token may not do that; use one with write access to that namespace (`hf auth whoami`)",
    412: "somebody else published meanwhile; look at `zoo status`, then try again",
    413: "it is too large for one commit",
    429: "the hub asks for fewer requests; try again in some minutes",
}


class HubError(RuntimeError):
    """The hub or the way to it failed, or what came from there can't be trusted; the message names the way out."""


class ConflictError(HubError):
    """Somebody else published meanwhile; nothing of ours was."""


def explain(error: BaseException) -> str:
    """Return what an error of the client library means, in a sentence without the library's own prose."""
    status = _status(error)
    names = [base.__name__ for base in type(error).__mro__]
    if status == 401 and "RepositoryNotFoundError" not in names:
        return STATUSES[401]
    text = next((NAMES[name] for name in names if name in NAMES), "")
    text = text or STATUSES.get(status or 0, "") or _other(error, status)
    said = getattr(error, "server_message", None) if status in (400, 402, 403, 409) else None
    cause = error.__cause__ if "LocalEntryNotFoundError" in names else None
    return text + (f" (it says: {_line(said)})" if said else "") + (f": {explain(cause)}" if cause else "")


def _other(error: BaseException, status: int | None) -> str:
    if status is not None:
        return f"the hub answered {status}" + ("; try again later" if status >= 500 else "")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space, or set HF_HOME or ZOO_WEIGHTS to another disk"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{os.strerror(error.errno)}: {error.filename or 'a file'}"
    for cause in _chain(error.__cause__):
        if _status(cause) is not None or _is_network(cause):
            return explain(cause)
    return _line(str(error)) or type(error).__name__


def pause(error: BaseException, wait: float) -> float | None:
    """Return the seconds to wait before another try, at least `wait`; None where it can't help or would take too long."""
    for each in _chain(error):
        status = _status(each)
        if status in TRANSIENT:
            asked = _asked_patience(each)
            return None if asked > LONGEST_WAIT else max(wait, asked)
        if status is None and _is_network(each):
            return wait
    return None


def redact(text: str, secret: str | None) -> str:
    """Return the text without the secret, should a server have echoed it."""
    return text.replace(secret, "***") if secret else text


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status behind an error, None where there was no answer."""
    return next((status for each in _chain(error) if (status := _status(each)) is not None), None)


def _status(error: BaseException) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


def _is_network(error: BaseException) -> bool:
    return any(base.__name__ == "TransportError" for base in type(error).__mro__)


def _asked_patience(error: BaseException) -> float:
    """Return the seconds of a `Retry-After` header, 0 without one."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    value = str(headers.get("retry-after", ""))
    return float(value) if value.isdigit() else 0.0


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _line(text: str) -> str:
    """Return the beginning of a text on one line. It may come from anybody: what would steer a terminal is left out."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
