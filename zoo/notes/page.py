"""The table of the page on the notes (README.md beside this file): what they printed of A1 to A11, beside what comes out here."""

from pathlib import Path

from zoo import files
from zoo.notes import SECTIONS, outcome, select
from zoo.notes.figure import Outcome

BEGIN, END = "<!-- notes: written by `python -m zoo notes --readme zoo/notes/README.md` -->\n", "<!-- end of notes -->"
SAYS = {True: "yes", False: "no", None: ""}


def table() -> str:
    """Return the table as Markdown, a row for each figure of the notes' systems."""
    lines = ["| system | figure | printed | here | agrees |", "| --- | --- | --- | --- | --- |"]
    for key in select("A"):
        section = SECTIONS[key]
        lines += [row(f"{key}: {section.title.en}", outcome(figure)) for figure in section.figures]
    return "\n".join(lines) + "\n"


def row(system: str, computed: Outcome) -> str:
    """Return one row: a figure as it was printed, and as it is now."""
    cells = (
        system,
        computed.figure.name,
        computed.figure.printed or "no figure",
        computed.text(),
        SAYS[computed.agrees],
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def write_into(path: Path) -> None:
    """Put the present table between the marks of a page. Raises ValueError where a mark is missing."""
    files.write_between(path, BEGIN, END, table())
