"""`zoo notes`: what the source notes printed, beside what we get now, from the same code."""

from pathlib import Path
from typing import Annotated

import typer

from zoo.commands.console import command, console, print_json, show

MARKS = {True: "[green]✓[/]", False: "[yellow]differs[/]", None: ""}


@command
def notes(
    names: Annotated[
        list[str] | None, typer.Argument(help="A1 to A11, B, C, D, E, F1 to F30; A or F: all of them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every part.")] = False,
    readme: Annotated[Path | None, typer.Option(help="Write the table of A1 to A11 into this page instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print what the source notes printed, beside what we get now; what random draws decide with its spread over seeds.

    A5 to A10 are read from the shipped models. F1 trains four networks, which takes half a minute.
    """
    from zoo.notes import SECTIONS, select

    if readme is not None:
        from zoo.notes import page

        page.write_into(readme)
        console.print(f"wrote the table of the notes into {readme}", soft_wrap=True)
        return
    if not names and not everything:
        raise ValueError("no part named; give A1 to A11, B, C, D, E or F, or --all")
    keys = list(SECTIONS) if everything else [key for name in names or [] for key in select(name)]
    unique = list(dict.fromkeys(keys))
    if as_json:
        print_json([_as_dict(key) for key in unique])
        return
    for key in unique:
        _show(key)


def _as_dict(key: str) -> dict[str, object]:
    from zoo.notes import SECTIONS, outcome

    section = SECTIONS[key]
    return {"part": key, "title": section.title.en, "figures": [outcome(f).as_dict() for f in section.figures]}


def _show(key: str) -> None:
    """Print a section as a table; its figures in section F are what is right, not what the notes printed."""
    from zoo.notes import SECTIONS, outcome

    section = SECTIONS[key]
    console.print(f"[bold]{key}[/]  {section.title.en}", highlight=False)
    rows = []
    for figure in section.figures:
        found = outcome(figure)
        rows.append(
            {
                "": figure.name,
                "right" if key.startswith("F") else "printed": figure.printed or "[dim]no figure[/]",
                "now": found.text(),
                " ": MARKS[found.agrees],
            }
        )
    show(rows)
    console.print()
