"""What a visitor may send: sizes of requests, files and pictures, so that no single one can exhaust the machine."""

import re
import warnings

from PIL import Image
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.frame.language import T, Translate
from zoo.pictures.containers import MAX_PIXELS

MAX_FILE = 16 * 2**20  # bytes: a photo from a phone
MAX_PICTURE = 4 * 2**20  # bytes: a drawing pad's picture, in a body of JSON
MAX_JSON = 2**16  # bytes of JSON beside it: a page's controls
MAX_VALUES = 5000  # lists, objects and what stands in them
MAX_DEPTH = 20

# A string, or what is open to the end: so every start matches, and it takes linear time.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


def limit_pictures() -> None:
    """Make Pillow refuse to decode pictures of more than MAX_PIXELS pixels, in this whole process."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


class BodyLimit:
    """ASGI middleware that bounds what a request brings: MAX_FILE for uploads, for all else JSON that `weigh` lets pass.

    It counts what arrives, not only what Content-Length says: a streamed body has none. Gradio's parser is slow with
    millions of empty lists, and gives up with a 500 on a depth of a thousand; so JSON is weighed before it is parsed.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        is_file = scope["path"].endswith("/upload")
        headers = Headers(scope=scope)
        if not is_file and not headers.get("content-type", "").startswith("application/json"):
            await _refuse(415, T("Send JSON.", "请发送 JSON。"), scope, receive, send)
            return
        # A multipart body is a little longer than the file it carries.
        limit = MAX_FILE + 2**16 if is_file else MAX_PICTURE + MAX_JSON
        declared = headers.get("content-length", "0")
        if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > limit:
            await _refuse_size(limit, scope, receive, send)
        elif is_file:
            await self._count(limit, scope, receive, send)
        else:
            await self._weigh(limit, scope, receive, send)

    async def _count(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a body on while it comes, and break it off where it becomes too long."""
        taken, answered = 0, False

        async def counted() -> Message:
            nonlocal taken
            if taken > limit:
                return {"type": "http.disconnect"}
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= limit else {"type": "http.disconnect"}

        async def answer(message: Message) -> None:
            nonlocal answered
            if taken <= limit:
                answered = True
                await send(message)

        try:
            await self.app(scope, counted, answer)
        except Exception:
            if taken <= limit:
                raise
        if taken > limit and not answered:
            await _refuse_size(limit, scope, receive, send)

    async def _weigh(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in a whole body of JSON, and pass it on where it is of a sound size and shape."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                await _refuse_size(limit, scope, receive, send)
                return
        if reason := weigh(bytes(body)):
            await _refuse(413, reason, scope, receive, send)
            return
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, whole, send)


def weigh(body: bytes) -> str:
    """Return why a body of JSON is not to be parsed, in both languages; "" where it is.

    One picture as a data URL may be as long as MAX_PICTURE; the rest is at most MAX_JSON long, of at most MAX_VALUES
    values, and lists lie at most MAX_DEPTH deep in each other.
    """
    too_much = T("This is more than any page sends.", "这超出了任何页面会发送的内容。")
    if body.count(b'"') + body.count(b"\\") > MAX_JSON:
        return too_much
    picture = max((match[0] for match in _STRING.finditer(body) if len(match[0]) > MAX_JSON), key=len, default=b"")
    if picture and not picture.startswith(b'"data:image/'):
        picture = b""
    bare = _STRING.sub(b"", body)
    if len(body) - len(picture) > MAX_JSON or bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MAX_VALUES:
        return too_much
    depth = deepest = 0
    for bracket in bare.translate(None, _NO_BRACKET):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        return T("This lies too deep in lists.", "列表嵌套得太深。")
    return ""


async def _refuse_size(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    text = T(f"At most {limit // 2**20} MB can be sent at once.", f"一次最多可发送 {limit // 2**20} MB。")
    await _refuse(413, text, scope, receive, send)


async def _refuse(status: int, text: str, scope: Scope, receive: Receive, send: Send) -> None:
    await Translate(JSONResponse({"detail": text}, status_code=status))(scope, receive, send)
