"""What programs call: the endpoints of the launched app, through gradio_client and over plain HTTP."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

import zoo
from tests.ui.conftest import Server


@pytest.fixture(scope="module")
def client(app: Server) -> Iterator[Client]:
    client = Client(app.url, verbose=False)
    yield client
    client.close()


def seven(
    mode: str = "RGB", size: tuple[int, int] = (300, 300), ink: str = "black", ground: str = "white"
) -> Image.Image:
    picture = Image.new(mode, size, ground)
    unit = min(size) / 10
    places = [(2.5, 2.2), (7.5, 2.2), (4.5, 8.3)]
    ImageDraw.Draw(picture).line([(x * unit, y * unit) for x, y in places], ink, round(0.9 * unit), joint="curve")
    return picture


PICTURES = {
    "rgb.png": lambda path: seven().save(path),
    "grey.png": lambda path: seven("L").save(path),
    "light-on-dark.png": lambda path: seven(ink="white", ground="black").save(path),
    "transparent.png": lambda path: seven("RGBA", ground="#00000000").save(path),
    "palette.png": lambda path: seven().convert("P").save(path),
    "photo.jpg": lambda path: seven(ink="#203080", ground="#e8e0d0").save(path, quality=70),
    "large.jpg": lambda path: seven(size=(4000, 3000)).save(path),
    "picture.webp": lambda path: seven().save(path),
    "animation.gif": lambda path: seven().save(path, save_all=True, append_images=[Image.new("RGB", (300, 300))] * 2),
    "name with 空格.png": lambda path: seven().save(path),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_seven_is_read_from_any_picture(client: Client, tmp_path: Path, name: str):
    PICTURES[name](tmp_path / name)

    answer = client.predict(image=handle_file(tmp_path / name), api_name="/classify_digit")

    confidences = [each["confidence"] for each in answer["confidences"]]
    assert answer["label"] == answer["confidences"][0]["label"] == "7"
    assert sorted(each["label"] for each in answer["confidences"]) == list("0123456789")
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_the_model_can_be_chosen(client: Client, tmp_path: Path):
    seven().save(tmp_path / "7.png")
    picture = handle_file(tmp_path / "7.png")

    default = client.predict(picture, api_name="/classify_digit")
    lenet = client.predict(picture, "lenet5-mnist", api_name="/classify_digit")
    softmax = client.predict(picture, "softmax-mnist", api_name="/classify_digit")

    assert default == lenet
    assert softmax["label"] == "7"
    assert softmax["confidences"] != lenet["confidences"]


NO_PICTURES = {
    "text.png": b"hello",
    "empty.png": b"",
    "page.pdf": b"%PDF-1.4\n%%EOF",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9"/></svg>',
    "program.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "cut.png": None,
}


@pytest.mark.parametrize("endpoint", ["/classify_digit", "/classify_fashion"])
@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused(client: Client, tmp_path: Path, name: str, endpoint: str):
    path = tmp_path / name
    if (content := NO_PICTURES[name]) is None:
        seven().save(path)
        content = path.read_bytes()[:200]
    path.write_bytes(content)

    with pytest.raises(AppError, match="can't be read as a picture"):
        client.predict(handle_file(path), api_name=endpoint)


@pytest.mark.parametrize(("endpoint", "complaint"), [("digit", "No ink found"), ("fashion", "No garment found")])
@pytest.mark.parametrize("size", [(1, 1), (280, 280)])
def test_a_picture_of_nothing_is_not_guessed_at(
    client: Client, tmp_path: Path, size: tuple[int, int], endpoint: str, complaint: str
):
    Image.new("RGB", size, "#c0ffee").save(tmp_path / "blank.png")

    with pytest.raises(AppError, match=complaint):
        client.predict(handle_file(tmp_path / "blank.png"), api_name=f"/classify_{endpoint}")


def test_a_picture_with_too_many_pixels_is_refused(client: Client, tmp_path: Path):
    Image.new("1", (13000, 13000)).save(tmp_path / "bomb.png")

    with pytest.raises(AppError, match="can't be read as a picture"):
        client.predict(handle_file(tmp_path / "bomb.png"), api_name="/classify_digit")


def test_an_unknown_model_is_answered_with_the_known_ones(client: Client, tmp_path: Path):
    seven().save(tmp_path / "7.png")

    with pytest.raises(AppError, match=r"Unknown model.+lenet5-mnist.+softmax-mnist"):
        client.predict(handle_file(tmp_path / "7.png"), "lenet6", api_name="/classify_digit")


def test_no_picture_at_all(client: Client):
    with pytest.raises(AppError, match="No picture was sent"):
        client.predict(None, api_name="/classify_digit")


def post(app: Server, data: list, language: str = "en") -> tuple[str, object]:
    """Call /classify_digit as curl would -> the name and the data of the last event."""
    headers = {"Accept-Language": language}
    call = httpx.post(f"{app.url}/gradio_api/call/classify_digit", json={"data": data}, headers=headers).json()
    stream = httpx.get(f"{app.url}/gradio_api/call/classify_digit/{call['event_id']}", headers=headers, timeout=30).text
    event, payload = stream.strip().split("\n\n")[-1].splitlines()
    return event.removeprefix("event: "), json.loads(payload.removeprefix("data: "))


def test_plain_http_in_two_requests(app: Server, tmp_path: Path):
    seven().save(tmp_path / "7.png")
    files = {"files": (tmp_path / "7.png").read_bytes()}
    uploaded = httpx.post(f"{app.url}/gradio_api/upload", files=files).json()[0]

    event, data = post(app, [{"path": uploaded, "meta": {"_type": "gradio.FileData"}}, "softmax-mnist"])

    assert event == "complete"
    assert data[0]["label"] == "7"


def test_errors_speak_the_callers_language(app: Server):
    assert post(app, [None, "softmax-mnist"], "zh-CN,zh;q=0.9") == (
        "error",
        {"error": "没有收到图片。", "duration": 10, "visible": True, "title": "Error"},
    )


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_files_of_the_server_stay_closed(app: Server, tmp_path: Path, meta: dict):
    seven().save(tmp_path / "7.png")

    event, data = post(app, [{"path": str(tmp_path / "7.png"), **meta}, "softmax-mnist"])

    assert event == "error"
    assert data["error"] in ("This request can't be read.", "No picture was sent.")


def data_url(picture: Image.Image, kind: str = "png") -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def ask(app: Server, request: object) -> dict:
    """Ask what the pad of the digits page asks."""
    config = httpx.get(f"{app.url}/config").json()
    pad = next(each["id"] for each in config["components"] if "read_digit" in each["props"].get("server_fns", []))
    body = {"data": request, "component_id": pad, "fn_name": "read_digit", "session_hash": "a-test"}
    answer = httpx.post(f"{app.url}/gradio_api/component_server", json=body)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        ({"fn_name": "erase"}, 404, "There is no such function."),
        ({"fn_name": "__init__"}, 404, "There is no such function."),
        ({"component_id": 10**6}, 400, "This request can't be read."),
        ({"component_id": []}, 400, "This request can't be read."),
        ({"fn_name": 1}, 400, "This request can't be read."),
    ],
)
def test_a_function_that_no_page_calls_is_refused(app: Server, call: dict, status: int, said: str):
    body = {"data": {}, "component_id": 1, "fn_name": "read_digit"} | call
    answer = httpx.post(f"{app.url}/gradio_api/component_server", json=body)
    assert (answer.status_code, answer.json()) == (status, {"detail": said})


DRAWING = data_url(seven("RGBA", ground="#00000000", size=(280, 280)))


def test_the_pad_gets_every_models_reading_and_the_steps(app: Server):
    answer = ask(app, {"picture": DRAWING})

    readings = answer["models"]
    assert {"lenet5-mnist", "softmax-mnist"} <= set(readings)
    assert np.argmax(readings["lenet5-mnist"]["probabilities"]) == 7
    assert all(reading["ms"] > 0 for reading in readings.values())
    assert [step["name"] for step in answer["steps"]][::4] == ["Your drawing", "Centre, 28 × 28"]
    last = Image.open(io.BytesIO(base64.b64decode(answer["steps"][-1]["src"].partition(",")[2])))
    assert last.size == (28, 28)
    assert answer["inside"] == {}


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ("maps", set()),  # which the browser makes
        ("evidence", {"scores"}),
        ("changes", {"shares", "strips"}),
        ("none", set()),
        (["maps"], set()),
    ],
)
def test_the_pad_gets_the_look_inside_that_is_open(app: Server, look: object, expected: set[str]):
    assert set(ask(app, {"picture": DRAWING, "look": look})["inside"]) == expected


def test_the_evidence_and_the_middle_of_the_changes_are_what_the_models_say(app: Server):
    evidence, changes = (ask(app, {"picture": DRAWING, "look": look}) for look in ("evidence", "changes"))

    scores = np.array([each["score"] for each in evidence["inside"]["scores"]])
    model = zoo.load("softmax-mnist")
    calibrated = np.exp(scores / model.config.confidence.temperature)
    said = evidence["models"]["softmax-mnist"]["probabilities"]
    np.testing.assert_allclose(calibrated / calibrated.sum(), said, atol=1e-5)
    for shares in changes["inside"]["shares"].values():
        assert shares.keys() == changes["models"].keys()
        for name, reading in changes["models"].items():
            np.testing.assert_allclose(shares[name][8], reading["probabilities"], atol=6e-4)


NO_DRAWINGS = {
    "nothing": None,
    "a number": 7,
    "an object": {"path": "/etc/passwd"},
    "a list": ["data:image/png;base64,"],
    "empty": "",
    "no base64": "data:image/png;base64,!!!!",
    "no picture": "data:image/png;base64,aGVsbG8=",
    "another format": data_url(Image.new("RGB", (9, 9)), "bmp"),
    "a wrong name": data_url(Image.new("RGB", (9, 9)), "bmp").replace("bmp", "png"),
    "a cut one": data_url(Image.effect_noise((200, 200), 90))[:4002],
    "too wide": data_url(Image.new("1", (601, 1))),
    "a bomb": data_url(Image.new("1", (13000, 13000))),
    "too long": "data:image/png;base64," + "A" * 3_000_000,
}


@pytest.mark.parametrize("name", NO_DRAWINGS)
def test_the_pads_server_refuses_what_no_pad_sends(app: Server, name: str):
    answer = ask(app, {"picture": NO_DRAWINGS[name], "look": "maps"})

    assert list(answer) == ["error"]
    assert answer["error"].startswith("This file can't be read as a picture")


@pytest.mark.parametrize("request_", [None, 7, "maps", [], {}])
def test_the_pads_server_answers_any_request(app: Server, request_: object):
    assert list(ask(app, request_)) == ["error"]


def test_a_blank_drawing_is_not_guessed_at(app: Server):
    assert ask(app, {"picture": data_url(Image.new("RGBA", (280, 280)))}) == {
        "error": "No ink found. Write a digit that stands out from its ground."
    }
