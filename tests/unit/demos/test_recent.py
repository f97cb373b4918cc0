"""What was asked last is answered again without work, within bounds."""

import pytest

from demos.frame.recent import Recent


def test_what_was_asked_lately_is_worked_out_once() -> None:
    recent, worked = Recent[str](2), []

    def ask(question: str) -> str:
        return recent.answer(question, lambda: worked.append(question) or question.upper())

    assert [ask(each) for each in "abaca"] == list("ABACA")
    assert worked == ["a", "b", "c"], "asking for a again keeps it"
    assert ask("b") == "B"
    assert worked == ["a", "b", "c", "b"], "of more than two the oldest had gone"


def test_an_error_is_not_kept() -> None:
    recent = Recent[str](2)
    with pytest.raises(ZeroDivisionError):
        recent.answer("a", lambda: str(1 // 0))
    assert recent.answer("a", lambda: "A") == "A"
