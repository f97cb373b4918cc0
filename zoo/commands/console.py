"""What the commands share: a console, tables that cut no name, errors as one line, names of models from the command line."""

import functools
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

console = Console()
Command = TypeVar("Command", bound=Callable[..., Any])


def command(function: Command) -> Command:
    """Make the errors that a user can mend end a command with one line on stderr and exit code 1."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except typer.Exit:
            raise
        except BrokenPipeError:  # whoever read has seen enough, as `head` has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain when it ends
            raise typer.Exit(1) from None
        except (ValueError, RuntimeError, OSError) as error:
            fail(error)

    return wrapped  # type: ignore[return-value]


def fail(error: object) -> None:
    """End the command with a message on stderr."""
    Console(stderr=True).print(f"[bold red]error:[/] {plain(str(error))}", soft_wrap=True)
    raise typer.Exit(1)


def plain(text: str) -> str:
    """Return a text that anybody may have written so that a console shows it as it is, and is not steered by it."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))


def show(
    rows: Sequence[Mapping[str, str]],
    *,
    numbers: Collection[str] = (),
    spare: Sequence[str] = (),
    name: str | None = None,
) -> None:
    """Print rows of cells by column as a table in which nothing is cut off, also in a pipe.

    numbers: the columns aligned right. spare: the columns that a narrow terminal goes without, from the first to the last.
    name: what stands above the table.
    """
    if not rows:
        return
    columns, without = list(rows[0]), list(spare) if console.is_terminal else []
    table, width = _table(rows, columns, numbers, name)
    while width > console.width and without:
        columns.remove(without.pop(0))
        table, width = _table(rows, columns, numbers, name)
    wide_enough = console if width <= console.width else Console(width=width)
    wide_enough.print(table)


def _table(
    rows: Sequence[Mapping[str, str]], columns: list[str], numbers: Collection[str], name: str | None
) -> tuple[Table, int]:
    """Return a table of these columns, and the width that it takes."""
    table = Table(title=name, title_justify="left", box=None, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[column] for column in columns))
    return table, console.measure(table, options=console.options.update(width=10_000)).maximum


def print_json(value: Any) -> None:
    """Write a value to stdout as JSON and nothing else."""
    json.dump(value, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()  # here, where a closed pipe is an error of this command's


def complete(incomplete: str) -> list[str]:
    """Return the names of models that begin so, for the shell that completes one."""
    from zoo import folders

    return [name for name in folders.names() if name.startswith(incomplete)]


def chosen(names: list[str] | None, everything: bool, known: list[str], kind: str = "model") -> list[str]:
    """Return the names that a command works on: those given, or all with --all. Raises ValueError on an unknown one or none."""
    import difflib

    if everything:
        return known
    if not names:
        raise ValueError(f"no {kind} named; give names, or --all. There are {', '.join(known) or 'none'}")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}"
            raise ValueError(f"unknown {kind} {name!r}; {hint} (python -m zoo list)")
    return names
