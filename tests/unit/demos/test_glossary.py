"""Terms of the field open in place, in both languages, the first time they stand in a text."""

import re

import pytest

from demos.frame.glossary import TERMS, glossed
from demos.frame.language import T, translate


def read(text: str, language: str) -> str:
    return translate(text.encode(), language).decode()


def test_a_term_opens_in_place_once_in_each_language() -> None:
    text = glossed(T("A gradient; other gradients. Fully connected.", "梯度，又是梯度。全连接。"))
    english, chinese = (re.findall(r"<summary>(.*?)</summary>", read(text, language)) for language in ("en", "zh"))
    assert english == ["gradient", "Fully connected"]
    assert chinese == ["梯度", "全连接"]
    assert "the direction in which it grows fastest" in read(text, "en")
    assert "它增长最快的方向" in read(text, "zh")


@pytest.mark.parametrize("text", ["biopooling", '<a title="gradient">x</a>', "log-softmaxed"])
def test_parts_of_words_and_of_tags_are_no_terms(text: str) -> None:
    assert read(glossed(T(text, text)), "en") == text


def test_the_words_around_a_term_stay() -> None:
    text = T("Its gradient is p − y.", "其梯度为 p − y。")
    for language in ("en", "zh"):
        bare = re.sub(r"<summary>(.*?)</summary><span>.*?</span>", r"\1", read(glossed(text), language))
        assert re.sub(r"<[^>]*>", "", bare) == read(text, language)


def test_terms_have_a_meaning_in_both_languages() -> None:
    for english, chinese, meaning, explanation in TERMS:
        assert english
        assert chinese
        assert not re.search("[一-鿿]", meaning)
        assert re.search("[一-鿿]", explanation)
