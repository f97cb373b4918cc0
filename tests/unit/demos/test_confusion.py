"""The confusion matrix: which test images stand behind a cell, what is said of them, and whose labels are doubted."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import zoo
from demos.frame.language import translate
from demos.widgets import confusion
from demos.widgets.confusion import doubts
from zoo import data

NAME = "softmax-mnist"


def english(value: object) -> str:
    return translate(json.dumps(value).encode(), "en").decode()


def test_a_cell_holds_the_images_of_that_label_and_answer_the_surest_first(datasets: object) -> None:
    config = zoo.load(NAME).config
    images, labels = data.load("mnist", "test")
    answer = confusion.cell({"model": NAME, "cell": "4-9"})

    assert len(answer["images"]) == config.metrics.confusion[4][9] > 20
    assert f"{config.metrics.confusion[4][9]} test images with the label 4 are read as 9." in english(answer["words"])
    sure = []
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["sheet"].partition(",")[2]))))
    for i, each in enumerate(answer["images"]):
        expected = zoo.load(NAME).probabilities(images[each["index"]][None])[0]
        assert each["label"] == labels[each["index"]] == 4
        assert [which for which, _ in each["top"]] == expected.topk(3).indices.tolist()
        assert [share for _, share in each["top"]] == pytest.approx(expected.topk(3).values.tolist(), abs=1e-4)
        assert np.array_equal(sheet[28 * i : 28 * i + 28], images[each["index"]].numpy())
        sure.append(each["top"][0][1])
    assert [each["top"][0][0] for each in answer["images"]] == [9] * len(sure)
    assert sure == sorted(sure, reverse=True)


def test_of_right_answers_the_least_sure_are_shown_and_how_many_there_are_is_said(datasets: object) -> None:
    config = zoo.load(NAME).config
    answer = confusion.cell({"model": NAME, "cell": "7-7"})
    given = confusion.answers(NAME)

    assert f"{config.metrics.confusion[7][7]} test images of 7 are read rightly" in english(answer["words"])
    assert f"the {confusion.MOST} of which the network is least sure" in english(answer["words"])
    right = (given.labels == 7) & (given.top[:, 0] == 7)
    shown = [each["index"] for each in answer["images"]]
    assert len(shown) == confusion.MOST
    assert given.shares[shown, 0].max() <= np.sort(given.shares[right, 0])[confusion.MOST]


def test_every_doubted_label_is_the_label_of_that_image_in_the_test_file(datasets: object) -> None:
    labels = data.load("mnist", "test")[1]
    assert len(doubts.MNIST) == 15
    for index, doubt in doubts.MNIST.items():
        assert labels[index] == doubt.given != doubt.guessed
        assert doubt.for_given < 3
        assert doubt.for_given + doubt.for_guessed + doubt.for_neither == 5


def test_a_doubted_label_is_marked_wherever_its_image_is_shown(datasets: object) -> None:
    answer = confusion.cell({"model": NAME, "cell": confusion.DOUBTED})
    assert [each["index"] for each in answer["images"]] == list(doubts.MNIST)
    assert all("label doubted" in each["doubt"] for each in answer["images"])
    right = sum(each["label"] == each["top"][0][0] for each in answer["images"])
    assert f"answers {right} of them with the label" in english(answer["words"])
    assert "Of these 15 fewer than three saw the label (Northcutt" in english(answer["words"])

    nine = next(each for each in answer["images"] if each["index"] == 947)
    cell = confusion.cell({"model": NAME, "cell": f"8-{nine['top'][0][0]}"})
    marked = [each for each in cell["images"] if each["doubt"]]
    assert 947 in [each["index"] for each in marked]
    assert "of 5 people 0 saw a 8, 5 a 9, 0 neither" in english(marked)


@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        {},
        {"model": NAME},
        {"model": NAME, "cell": "4-10"},
        {"model": NAME, "cell": "٤-٩"},
        {"model": "../softmax-mnist", "cell": "4-9"},
        {"model": {}, "cell": {"a": 1}},
        {"model": "softmax-fashion-mnist", "cell": "doubted"},
    ],
)
def test_what_is_no_cell_is_refused(request_: object) -> None:
    assert "no such cell" in english(confusion.cell(request_))


def test_without_the_data_set_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    answer = english(confusion.cell({"model": NAME, "cell": "4-9"}))
    assert "MNIST's test file, which is not here" in answer
    assert "python -m zoo eval softmax-mnist" in answer
    assert "images" not in confusion.cell({"model": NAME, "cell": "4-9"})
