"""Two languages on every page: a text is written once, in both, and the server sends the reader's.

`T("slope", "斜率")` is an ordinary string that holds both versions. It may stand wherever a string may: a label, a
choice's name, HTML or Markdown made while the page runs, a `gr.Error`. `Translate`, the outermost layer of the app,
turns it into one language on its way to the browser, so no function needs to know who is reading. `?lang=zh` or
`?lang=en` in the page's address decides, then the browser's preference, then English (which API clients get).
"""

import re
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LANGUAGES = ("en", "zh")
LOCALES = {"en": "en", "zh": "zh-CN"}  # the tags under which Gradio keeps its own translations
# Plain ASCII, so that JSON and HTML escaping leave it alone; with a word that nobody can know beforehand, so that no text
# of a visitor's or a model's passes for a mark. The innermost text matches first: texts may be nested.
_WORD = secrets.token_hex(3)
_EN, _ZH, _END = (f"[[{mark}:{_WORD}]]" for mark in ("en", "zh", "/"))
_en, _zh, _end = (re.escape(mark).encode() for mark in (_EN, _ZH, _END))
_TEXT = re.compile(b"%b((?:(?!%b|%b).)*)%b((?:(?!%b|%b).)*)%b" % (_en, _en, _zh, _zh, _en, _end, _end), re.DOTALL)


def T(en: str, zh: str) -> str:  # noqa: N802
    """Return one string that reads as `en` or as `zh`, depending on who looks at the page."""
    return f"{_EN}{en}{_ZH}{zh}{_END}"


def translate(body: bytes, language: str) -> bytes:
    """Replace every `T(en, zh)` in `body` (HTML, JSON or an event stream) by its version in `language`."""
    group = LANGUAGES.index(language) + 1
    found = 1 if _EN.encode() in body else 0
    while found:
        body, found = _TEXT.subn(lambda match: match[group], body)
    return body


def reader_language(query: str, referer: str, accept: str) -> str:
    """Return "en" or "zh" for a request.

    `query` is its query string, `referer` the address of the page that sent it, `accept` its Accept-Language.
    """
    for parameters in (query, referer.partition("?")[2].partition("#")[0]):
        asked = parse_qs(parameters).get("lang", [""])[-1].lower()
        if asked[:2] in LANGUAGES:
            return asked[:2]
    return next((tag for tag in _preferred(accept) if tag in LANGUAGES), "en")


def _preferred(accept: str) -> Iterable[str]:
    """Yield the primary language tags of an Accept-Language header, most wanted first."""

    def weight(part: str) -> float:
        match = re.search(r";\s*q=([0-9.]+)", part)
        try:
            return float(match[1]) if match else 1.0
        except ValueError:
            return 0.0

    for part in sorted(accept.split(","), key=weight, reverse=True):
        yield part.split(";")[0].strip().lower().split("-")[0]


class Translate:
    """ASGI middleware that sends every `T(en, zh)` in pages, JSON and event streams in the reader's language.

    Into a page it also puts a line that makes Gradio's own words (upload, clear, ...) follow the same choice: Gradio
    asks `navigator.language`, before any script given to `launch(head=...)` runs.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        query = scope.get("query_string", b"").decode("latin-1")
        language = reader_language(query, headers.get("referer", ""), headers.get("accept-language", ""))
        await self.app(scope, receive, _Response(send, language))


class _Response:
    """One response on its way out: event streams are translated message by message, pages and JSON as a whole."""

    def __init__(self, send: Send, language: str):
        self.send, self.language = send, language
        self.start: Message = {}
        self.kind = ""
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            self.kind = Headers(raw=message["headers"]).get("content-type", "").split(";")[0]
            if self.kind not in ("text/html", "application/json"):
                await self.send(message)
        elif message["type"] != "http.response.body":
            await self.send(message)
        elif self.kind == "text/event-stream":
            await self.send({**message, "body": translate(message.get("body", b""), self.language)})
        elif self.kind in ("text/html", "application/json"):
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_whole()
        else:
            await self.send(message)

    async def _send_whole(self) -> None:
        body = translate(self.body, self.language)
        if b"window.gradio_config" in body:
            locale = LOCALES[self.language]
            script = f'<script>Object.defineProperty(navigator,"language",{{value:"{locale}"}})</script>'
            body = body.replace(b"<head>", b"<head>" + script.encode(), 1)
            body = body.replace(b'lang="en"', f'lang="{locale}"'.encode(), 1)
        headers = MutableHeaders(raw=self.start["headers"])
        headers.add_vary_header("Accept-Language")
        if "content-length" in headers and body:
            headers["content-length"] = str(len(body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})
