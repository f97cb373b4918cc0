"""The changes of changes.py can still be made: each line is there, once, and its tests are."""

from tests.conftest import ROOT
from tests.mutations.changes import CHANGES


def test_each_change_can_be_made_in_one_place() -> None:
    assert len(CHANGES) >= 40
    places = {change: (ROOT / change.path).read_text(encoding="utf-8").count(change.old) for change in CHANGES}
    assert {change: count for change, count in places.items() if count != 1} == {}
    missing = [
        word for change in CHANGES for word in change.tests.split() if "/" in word and not (ROOT / word).exists()
    ]
    assert missing == []
