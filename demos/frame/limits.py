"""What a visitor may send: sizes of requests, files and pictures, so that no single one can exhaust the machine."""

import warnings

from PIL import Image
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.frame.language import T, Translate
from zoo.pictures.containers import MAX_PIXELS

MAX_FILE = 16 * 2**20  # bytes: a photo from a phone
MAX_JSON = 4 * 2**20  # bytes: a drawing, or a page's controls


def limit_pictures() -> None:
    """Make Pillow refuse to decode pictures of more than MAX_PIXELS pixels, in this whole process."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


class BodyLimit:
    """ASGI middleware that answers 413 to a body over MAX_FILE (uploads) or MAX_JSON (everything else), in bytes.

    It counts what arrives, not only what Content-Length says: a streamed body has none.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # A multipart body is a little longer than the file it carries.
        limit = MAX_FILE + 2**16 if scope["path"].endswith("/upload") else MAX_JSON
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(limit, scope, receive, send)
            return
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

        await self.app(scope, counted, answer)
        if taken > limit and not answered:
            await _refuse(limit, scope, receive, send)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    text = T(f"At most {limit // 2**20} MB can be sent at once.", f"一次最多可发送 {limit // 2**20} MB。")
    await Translate(JSONResponse({"detail": text}, status_code=413))(scope, receive, send)
