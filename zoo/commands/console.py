"""What the commands share: a console, errors as one line, and names of models from the command line."""

import functools
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from rich.console import Console

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


def print_json(value: Any) -> None:
    """Write a value to stdout as JSON and nothing else."""
    json.dump(value, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


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
