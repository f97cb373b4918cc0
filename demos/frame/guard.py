"""What stands before every page: which hosts, addresses and methods are answered, and what each answer tells the browser.

Gradio answers more addresses than these pages use, some of which write to the disk, fetch from other hosts or fail on
what they do not expect. Only those that the pages and `gradio_client` call are let through.
"""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_NAME = r"[\w.~-]{1,100}"
_READ = re.compile(
    rf"""/ | /healthz | /api(/{_NAME})? | /config/? | /favicon\.ico | /manifest\.json | /robots\.txt | /qr\.svg | /theme\.css
    | /(assets|static|svelte)/.+ | /learn(/{_NAME}){{0,2}} | /about
    | /gradio_api/(info/? | openapi\.json | app_id/? | startup-events | theme\.css | file=.+ | queue/data | upload_progress
        | heartbeat/{_NAME} | call/(v2/)?{_NAME}/{_NAME})""",
    re.VERBOSE,
)
_WRITTEN = re.compile(
    rf"/gradio_api/(upload | queue/join | cancel | reset/? | component_server/? | (run|api|call|call/v2)/{_NAME}/?)",
    re.VERBOSE,
)
_RANGE = re.compile(r"bytes=(\d{1,12}-\d{0,12}|-\d{1,12})")

HEADERS = {
    "x-content-type-options": "nosniff",
    # within the site the whole address, which tells the language; to others nothing
    "referrer-policy": "same-origin",
    "content-security-policy": "frame-ancestors 'self' https://huggingface.co https://*.hf.space; "
    "base-uri 'self'; form-action 'self'; object-src 'none'",
    "cross-origin-opener-policy": "same-origin-allow-popups",
}


class Guard:
    """ASGI middleware that refuses foreign hosts, requests that other sites make, and what no page asks for.

    pages: the first part of the addresses of the pages beside the one at the root. hosts: the names under which the app
    may be called, in lower case; empty for any. An app that listens on this machine alone must name them, or any web
    site could let its own name point here and read what the app answers.
    """

    def __init__(self, app: ASGIApp, pages: Collection[str] = (), hosts: Collection[str] = ()):
        self.app, self.hosts = app, frozenset(hosts)
        names = "|".join(map(re.escape, pages))
        self._page = re.compile(rf"/({names})(?=/|$)") if names else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # no page opens one
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            refusal = self._refusal(scope)
            await (refusal or self.app)(_plain(scope), receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = _hostname(headers.get("host", ""))
        if self.hosts and host not in self.hosts:
            return PlainTextResponse("This app does not answer under that name (see --allow-host).", 421)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _same_site(headers, host):
            return PlainTextResponse("Another site asked for this.", 403)
        return self._wrong_address(scope)

    def _wrong_address(self, scope: Scope) -> PlainTextResponse | None:
        path = (
            self._page.sub("", scope["path"], count=1)
            if self._page and self._page.match(scope["path"])
            else scope["path"]
        )
        read, written = bool(_READ.fullmatch(path or "/")), bool(_WRITTEN.fullmatch(path))
        if (not read and not written) or "\0" in path:
            return PlainTextResponse("There is nothing at this address.", 404)
        if scope["method"] not in (("GET", "HEAD") if read else ("POST",)):
            return PlainTextResponse("This address is not called that way.", 405)
        return None


def _hostname(host: str) -> str:
    """Return the name in a Host header or an origin, without its port."""
    host = host.rpartition("://")[2].strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _same_site(headers: Headers, host: str) -> bool:
    """Say whether the browser that asks does so for one of our own pages; what is no browser says nothing of itself."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    ours = {host, _hostname(headers.get("x-forwarded-host", host))}
    if ours & LOOPBACK:  # Gradio's script calls localhost where the page was opened at 127.0.0.1
        ours |= LOOPBACK
    return _hostname(origin) in ours


def _plain(scope: Scope) -> Scope:
    """Return the request without what Gradio stumbles over and no page needs: pages and links in the query, odd ranges."""
    query = scope.get("query_string", b"").decode("latin-1")
    if "page=" in query or "deep_link=" in query:
        kept = [(key, value) for key, value in parse_qsl(query, True) if key not in ("page", "deep_link")]
        scope = {**scope, "query_string": urlencode(kept).encode()}
    if (span := Headers(scope=scope).get("range")) and not _RANGE.fullmatch(span):
        scope = {**scope, "headers": [(key, value) for key, value in scope["headers"] if key != b"range"]}
    return scope


class SafeHeaders:
    """ASGI middleware that puts HEADERS on every answer."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.update({key: value for key, value in HEADERS.items() if key not in headers})
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, tell)
