# ruff: noqa: E501 -- lists that are read across
"""Requests that no page makes: addresses, headers, and values for what a page's functions take."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

PAGES = (
    "", "fashion", "models", "training", "activations", "losses", "optimizers", "regularization", "initialization",
    "convolution", "regression",
)  # fmt: skip


class Ask(NamedTuple):
    """A request by its parts; what a plain GET has is left out."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None


def post(path: str, value: Any, **headers: str) -> Ask:
    """Return a POST of JSON."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Ask(path, "POST", {"content-type": "application/json", **headers}, body)


def file(content: bytes = b"hello", name: str = "a.png", **headers: str) -> Ask:
    """Return an upload."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="'
        + name.encode("utf-8", "surrogateescape")
        + b'"\r\n'
        b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--x--\r\n"
    )
    return Ask("/gradio_api/upload", "POST", {"content-type": "multipart/form-data; boundary=x", **headers}, body)


_JOIN, _CALL, _RUN, _SERVER = (
    f"/gradio_api/{name}" for name in ("queue/join", "call/classify_digit", "run/predict", "component_server")
)
_UPLOADED = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}

ADDRESSES: dict[str, Ask] = {
    # files of this machine, and of others
    **{f"a file of this machine, {i}": Ask(f"/gradio_api/file={path}") for i, path in enumerate((
        "/etc/passwd", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "/proc/self/environ", "//etc/passwd",
        "file:///etc/passwd", "C:%5CWindows%5Cwin.ini", "%00", "weights%00.png", "demos/app.py", ".", "", "a" * 5000,
    ))},
    **{f"a file of another host, {i}": Ask(f"/gradio_api/{way}") for i, way in enumerate((
        "file=http://127.0.0.1:1/", "file=https://example.com/", "proxy=http://127.0.0.1:1/", "proxy=https://example.com/",
        "file=http://[::1]:1/", "file=http://[",
    ))},
    **{f"a file beside the assets, {i}": Ask(path) for i, path in enumerate((
        "/static/../routes.py", "/static/..%2froutes.py", "/assets/..%2f..%2froutes.py", "/svelte/%2e%2e/x", "/assets/", "/static/%00",
        "/static/weights/..%2f..%2fREADME.md/0/config.json", "/static/weights/lenet5-mnist/0/config.json", "/weights/lenet5-mnist/config.json",
    ))},
    # what Gradio answers and no page asks for
    **{f"Gradio's own {name}": Ask(name) for name in (
        "/gradio_api/deep_link?session_hash=a", "/monitoring", "/monitoring/summary", "/gradio_api/runs", "/login_check", "/token", "/user",
        "/docs", "/openapi.json", "/redoc", "/gradio_api/custom_component/1/client/component/a.js", "/gradio_api/dev/reload", "/pwa_icon",
        "/gradio_api/stream/a/b/1/playlist.m3u8", "/gradio_api/mcp", "/gradio_api/mcp/sse", "/gradio_api/vibe-code", "/logout", "/mcp",
        "/gradio_api/profiling/traces", "/gradio_api/queue/status", "/gradio_api/file/etc/passwd",
    )},
    **{f"Gradio's own {name}, sent to": post(f"/gradio_api/{name}", {}) for name in (
        "vibe-edit", "process_recording", "stream/a", "run-history/connect", "undo-vibe-edit", "profiling/clear",
    )},
    # a page's address, bent
    **{f"a page's address, bent, {i}": Ask(path) for i, path in enumerate((
        "/?page=x", "/?page=losses", "/?deep_link=../../x", "/config?page=x", "/?lang=%ff", "/?lang=" + "z" * 9000, "/?" + "a=1&" * 3000,
        "/fashion?page=x", "/models?model=%00", "/models?model=" + "../" * 50, "/losses?tab[]=1", "/losses?tab=%ed%a0%80", "/losses/", "/losses//",
        "//losses", "/losses/..", "/losses/x", "/%2e%2e/", "/nothing", "/index.php", "/.git/config", "/.env", "/wp-login.php", "/losses%00",
        "/api/x", "/api/softmax?logits=" + "9," * 900, "/api/softmax?logits=nan", "/api/softmax?x=1", "/api/softmax?temperature=-1e999", "/api/" + "a" * 999,
        "/api/..%2fx", "/api/openapi.json?x", "/gradio_api/info?page=x", "/gradio_api/call/classify_digit/none", "/gradio_api/call/x/y",
        "/gradio_api/heartbeat/%00", "/gradio_api/upload_progress?upload_id=x", "/gradio_api/queue/data", "/theme.css?v=%00",
    ))},
    # methods
    **{f"{method} {path}": Ask(path, method) for path in ("/", "/losses", "/gradio_api/upload", "/gradio_api/queue/join", "/healthz") for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")},
    "GET of what is sent to": Ask(_JOIN),
    "POST to a page": post("/", {}),
    "POST to /healthz": post("/healthz", {}),
    # headers
    **{f"a Referer, {i}": Ask("/healthz" if i % 2 else "/", headers={"referer": value}) for i, value in enumerate((
        "http://[", "http://[?lang=zh", "//[", "?" * 5000, "http://a/?lang=%", "http://x:99999999/?lang=en",
    ))},
    **{f"a Range, {i}": Ask("/static/img/logo.svg", headers={"range": value}) for i, value in enumerate((
        "0-,0-", "bytes=0-,0-", "bytes=" + "0-1," * 900, "bytes=-", "bytes=9-1", "bytes=99999999999999999999-", "lines=1-2", "bytes=a-b",
    ))},
    **{f"a language, {i}": Ask("/", headers={"accept-language": value}) for i, value in enumerate((
        "zh;q=nan", "zh;q=" + "9" * 900, ";;;,,,", "zh" * 2000, "*", "en;q=1e999,zh;q=-1",
    ))},
    "a body with a GET": Ask("/", headers={"content-type": "application/json"}, body=b"[" * 100_000),
    "a session in a cookie": Ask("/", headers={"cookie": "access-token=x; " + "a=b; " * 500}),
    "another scheme before it": Ask("/", headers={"x-forwarded-proto": "javascript", "x-forwarded-host": "evil.example"}),
    "a foreign host before it": Ask("/config", headers={"x-forwarded-host": "evil.example/\"><script>"}),
}  # fmt: skip
"""Whatever these are answered: not with a 5xx, a traceback or a path of the machine."""

FOREIGN: dict[str, Ask] = {
    **{f"a foreign host, {i}": Ask("/", headers={"host": value}) for i, value in enumerate((
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "[::ffff:1.2.3.4]", "", "evil.example@localhost",
    ))},
    **{f"a foreign site's {what}, {i}": ask._replace(headers=ask.headers | headers)
       for what, ask in {"upload": file(), "call": post(_CALL, {"data": [None, None]}), "event": post(_JOIN, {"data": []})}.items()
       for i, headers in enumerate((
           {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"origin": "http://127.0.0.1.evil.example"},
           {"origin": "https://evil.example", "x-forwarded-host": "localhost"}, {"sec-fetch-site": "same-site"},
       ))},
}  # fmt: skip
"""These are refused: with 421 a name that is not ours, with 403 what another site asks for."""

BODIES: dict[str, Ask] = {
    # sizes
    "1.3 million empty lists": post(_JOIN, b'{"data":[' + b"[]," * 1_300_000 + b"[]]}"),
    "60,000 lists in each other": post(_JOIN, b"[" * 60_000),
    "60,000 objects in each other": post(_JOIN, b'{"a":' * 12_000),
    "a million numbers": post(_SERVER, b'{"data":[' + b"1," * 1_000_000 + b"1]}"),
    "4 MB of a text that is no picture": post(_SERVER, {"data": "a" * 4_000_000}),
    "4 MB of quotes": post(_JOIN, b'"' * 4_000_000),
    "two pictures": post(_JOIN, {"data": ["data:image/png;base64," + "A" * 2_000_000] * 2}),
    "5 MB of a picture": post(_SERVER, {"data": "data:image/png;base64," + "A" * 5_000_000}),
    "a number of 60,000 digits": post(_JOIN, b'{"data":[' + b"9" * 60_000 + b"]}"),
    "20,000 keys": post(_JOIN, {"data": [], **{f"k{i}": i for i in range(20_000)}}),
    "a file of 17 MB": file(bytes(17 << 20)),
    # no JSON, or none of ours
    **{f"no JSON, {i}": post(path, body) for path in (_JOIN, _CALL, _RUN, _SERVER) for i, body in enumerate((
        b"", b"{", b"null", b"7", b"[]", b'"a"', b"\xff\xfe", b'{"data":NaN}', b'{"data":[1e999]}', b'{"data":"\\ud800"}', b'{"a":1}', b"\0",
    ))},
    **{f"another kind of body, {i}": Ask(path, "POST", {"content-type": kind}, b'{"data":[]}') for i, (path, kind) in enumerate(
        (path, kind) for path in (_JOIN, _SERVER, "/gradio_api/upload")
        for kind in ("", "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=")
    )},
    # functions, sessions and components that there are not
    **{f"no such function, {i}": post(path, {"data": [], "session_hash": "a", **more}) for i, (path, more) in enumerate(
        (path, more) for path in (_JOIN, _RUN, "/gradio_api/run/none", "/gradio_api/call/none", "/gradio_api/call/v2/none")
        for more in ({}, {"fn_index": -1}, {"fn_index": 10**9}, {"fn_index": "0"}, {"fn_index": None}, {"fn_index": 0.5}, {"fn_index": 10**400})
    )},
    **{f"no such component, {i}": post(_SERVER, {"data": None, "session_hash": "a", "fn_name": "read_digit", **more}) for i, more in enumerate((
        {}, {"component_id": -1}, {"component_id": 10**9}, {"component_id": "x"}, {"component_id": 1, "fn_name": "__init__"},
        {"component_id": 1, "fn_name": "postprocess"}, {"component_id": 1, "fn_name": ""}, {"component_id": 1, "session_hash": None},
        {"component_id": 1, "session_hash": {"a": 1}}, {"component_id": [1]}, {"component_id": 1, "fn_name": "a" * 9999},
    ))},
    **{f"no such event, {name}": post(f"/gradio_api/{name}", {"event_id": "x", "session_hash": "x", "fn_index": 0}) for name in ("cancel", "reset")},
    **{f"wrong keys, {i}": post(_JOIN, {"data": [], "session_hash": "a", "fn_index": 0, **more}) for i, more in enumerate((
        {"session_hash": 7}, {"data": {}}, {"data": None}, {"event_data": 7}, {"trigger_id": "x"}, {"batched": True}, {"event_id": "x"},
        {"simple_format": True}, {"oauth_token": "x"}, {"__proto__": {}}, {"request": {}}, {"batched": True, "data": [[], []]},
    ))},
    # pictures that are none
    **{f"no picture, {i}": post(_CALL, {"data": [value, None]}) for i, value in enumerate((
        7, "x", [], {}, True, {"path": None}, {"path": ""}, {"path": "\0"}, {"path": "\ud800"}, {"path": "a" * 9000}, {"path": ["a"]}, {"path": {}},
        {"path": "/"}, {"path": "."}, _UPLOADED, {"path": "/dev/zero"}, {"path": "/proc/self/mem"}, {"url": "http://127.0.0.1:1/"}, {"path": "~"},
        {"url": "file:///etc/passwd", "path": "http://127.0.0.1:1/"}, {"path": "data:image/png;base64,AA"}, {"path": "x", "size": -1},
    ))},
    **{f"no model, {i}": post(_CALL, {"data": [None, value]}) for i, value in enumerate((7, [], {}, "\0", "../lenet5-mnist", "a" * 9000, True, 1e308))},
    # files of odd names
    **{f"a file's odd name, {i}": file(name=name) for i, name in enumerate((
        "", ".", "..", "../../x.png", "/etc/passwd", "a" * 5000, "a\0b", "\U0001f600.png", "CON", "a\r\nb", "x.html", "é\udcff.png", "%2e%2e%2fx",
    ))},
    "a file without its end": Ask("/gradio_api/upload", "POST", {"content-type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition"),
    "2,000 files": Ask("/gradio_api/upload", "POST", {"content-type": "multipart/form-data; boundary=x"},
                       b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\na\r\n' * 2000 + b"--x--\r\n"),
    "a field in place of a file": Ask("/gradio_api/upload", "POST", {"content-type": "multipart/form-data; boundary=x"},
                                      b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\na\r\n--x--\r\n'),
    "a part with a header of 100 kB": Ask("/gradio_api/upload", "POST", {"content-type": "multipart/form-data; boundary=x"},
                                          b"--x\r\nX: " + b"a" * 100_000 + b"\r\n\r\na\r\n--x--\r\n"),
}  # fmt: skip
"""Whatever these are answered: not with a 5xx, a traceback or a path of the machine."""

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 0.5, 1e308, -1e308, 10**30, "", "x", "0", "NaN", "∞", "−1", "1,2,3", "\0", "<script>alert(1)</script>", "${1}", "[[en]]a[[zh]]b[[/]]", "a" * 5000,
    "9" * 500, "1,," * 100, [], [[]], [None], [1] * 500, [[1, 2], [3]], {}, {"value": 1}, {"path": "/etc/passwd"}, {"__type__": "update"},
    "data:image/png;base64,AAAA",
)  # fmt: skip
"""What a function that no page calls so may be given, by anybody."""
