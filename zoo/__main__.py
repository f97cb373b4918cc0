"""The command line: `python -m zoo`, or `zoo` where the package is installed."""

from typing import Annotated

import typer

from zoo.commands import bench, hub, models, notes, train
from zoo.version import __version__

app = typer.Typer(
    name="zoo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def zoo(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Train, check and share the networks that everyone trains first."""


app.command("list")(models.list_)
app.command("train")(train.train)
app.command("eval")(models.evaluate)
app.command("verify")(models.verify)
app.command("export")(models.export)
app.command("push")(hub.push)
app.command("pull")(hub.pull)
app.command("status")(hub.status)
app.command("diff")(hub.diff)
app.command("deploy")(hub.deploy)
app.command("notes")(notes.notes)
app.add_typer(bench.app, name="bench")

if __name__ == "__main__":
    app(prog_name="zoo")
