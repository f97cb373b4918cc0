"""`zoo list`, `eval`, `verify` and `export`: what the registry holds, and whether it is what it says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoo.commands.console import chosen, command, complete, console, plain, print_json, show

if TYPE_CHECKING:
    from zoo.config import Config


@command
def list_(
    word: Annotated[str, typer.Argument(help="Only models with this in their name.")] = "",
    remote: Annotated[bool, typer.Option("--remote", help="Also the models of a namespace on the hub.")] = False,
    namespace: Annotated[
        str | None, typer.Option(help="Owner on the hub (default: ZOO_NAMESPACE, else whoever is logged in).")
    ] = None,
    readme: Annotated[Path | None, typer.Option(help="Write the results table into this README instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the models: data set, parameters, size, test accuracy with its spread, recipe."""
    from zoo import registry, results

    if readme is not None:
        results.write_into(readme)
        console.print(f"wrote the results into {readme}", soft_wrap=True)
        return

    rows = []
    for name in (name for name in registry.names() if word in name):
        try:
            rows.append(_row(registry.root() / name))
        except (registry.RegistryError, OSError) as error:
            typer.echo(f"{name}: {error}", err=True)
    if remote:
        from zoo.hub.status import remote_models

        rows += [_facts(*model) for model in remote_models(namespace, word)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        console.print(f"no model has {plain(repr(word))} in its name" if word else "there are no models")
    cells = [
        {
            "model": plain(row["name"]),
            "data set": plain(row["dataset"]),
            "parameters": f"{row['parameters']:,}",
            "size": _size(row["bytes"]),
            "test accuracy": _spread(row),
            "recipe": plain(row["recipe"]),
        }
        for row in rows
    ]
    show(cells, numbers=("parameters", "size", "test accuracy"), spare=("recipe", "data set", "size"))


def _row(folder: Path) -> dict[str, Any]:
    from zoo import registry

    config = registry.read_config(folder)
    return _facts(config.name, (folder / registry.WEIGHTS).stat().st_size, config)


def _facts(name: str, size: int, config: "Config") -> dict[str, Any]:
    from zoo.card import recipe_line

    metrics, line = config.metrics, recipe_line(config).en
    return {
        "name": name,
        "dataset": config.dataset,
        "parameters": config.parameters,
        "bytes": size,
        "test_accuracy": metrics.test_accuracy,
        "test_accuracy_mean": metrics.test_accuracy_mean,
        "test_accuracy_std": metrics.test_accuracy_std,
        "seeds": len(metrics.seeds),
        "recipe": f"notes {config.recipe.origin}: {line}" if config.repeats_notes else line,
    }


def _size(count: int) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _spread(row: dict[str, Any]) -> str:
    from zoo.card import percent

    return percent(row["test_accuracy_mean"], row["test_accuracy_std"] if row["seeds"] > 1 else None)


@command
def evaluate(
    names: Annotated[list[str] | None, typer.Argument(help="Models to evaluate.", autocompletion=complete)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model.")] = False,
    rewrite: Annotated[
        bool,
        typer.Option("--rewrite", help="Fit anew what is familiar, measure all that a card says, and write it, first."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Take the accuracy on the test set and compare it with the card's; exit code 1 where they differ."""
    import zoo
    from zoo import data, metrics, registry
    from zoo.runs import record

    rows = []
    for name in chosen(names, everything, registry.names()) if everything or not names else names:
        classifier = zoo.load(name)
        if rewrite:
            folder = registry.find(name)
            registry.write(folder, (folder / registry.WEIGHTS).read_bytes(), *record.remeasure(classifier))
            classifier = zoo.load(name)
        images, labels = data.load(classifier.config.dataset, "test")
        stated = classifier.config.metrics.test_accuracy
        measured = metrics.accuracy(classifier(images), labels)
        rows.append({"name": name, "test_accuracy": measured, "card": stated, "difference": measured - stated})
        if not as_json:
            verdict = (
                "as its card says"
                if measured == stated
                else f"[yellow]{measured - stated:+.4f} from its card's {stated:.4f}[/]"
            )
            console.print(f"{name}  {measured:.4f}  {verdict}")
    if as_json:
        print_json(rows)
    if any(row["difference"] for row in rows):
        raise typer.Exit(1)


@command
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models to check (default: all).", autocompletion=complete)
    ] = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Write config.json in the present schema, cards and figures anew first.")
    ] = False,
) -> None:
    """Check that model folders are whole: sha256, tensors, config, and a card that says what the config says."""
    from zoo import registry

    problems: list[str] = []
    for name in names or registry.names():
        folder = registry.find(name)
        if rewrite:
            registry.rewrite(folder)
        flaws = registry.verify(folder)
        problems += flaws
        console.print(f"[red]✗[/] {name}" if flaws else f"[green]✓[/] {name}")
    if problems:
        raise ValueError("\n".join(problems))


@command
def export(
    name: Annotated[str, typer.Argument(help="The model to export.", autocompletion=complete)],
    format: Annotated[str, typer.Option(help="The format: onnx.")] = "onnx",
    out: Annotated[Path | None, typer.Option(help="The file to write (default: NAME.onnx).")] = None,
) -> None:
    """Write a model for other runtimes. ONNX takes images float (N, 1, 28, 28) in [0, 1] and returns logits (N, 10)."""
    import zoo
    from zoo.export import onnx

    if format != "onnx":
        raise ValueError(f"unknown format {format!r}; expected 'onnx'")
    classifier = zoo.load(name)
    path = out or Path(f"{classifier.name}.onnx")
    onnx(classifier, path)
    console.print(f"wrote {path} ({_size(path.stat().st_size)})")
