"""Words for people in both languages of the pages."""

from typing import NamedTuple


class Text(NamedTuple):
    """A text in English and in Chinese."""

    en: str
    zh: str
