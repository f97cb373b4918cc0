"""`zoo push`, `pull`, `status`, `diff` and `deploy`: models and the playground on a hub."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoo.commands.console import chosen, command, complete, console, plain, print_json, show

if TYPE_CHECKING:
    from zoo.hub.compare import Comparison
    from zoo.hub.push import Push
    from zoo.hub.spaces import Deployment

Namespace = Annotated[
    str | None, typer.Option(help="Owner on the hub (default: ZOO_NAMESPACE, else whoever is logged in).")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
STATES = {
    "same": "[green]same[/]",
    "ahead": "[yellow]ahead[/]: changed here, `zoo push` publishes it",
    "behind": "[yellow]behind[/]: `zoo pull --update` fetches it",
    "differs": "[red]differs[/]: `zoo diff` shows how",
    "missing": "[yellow]missing here[/]: `zoo pull` fetches it",
    "unpublished": "not published",
    "unknown": "[red]the hub could not be asked[/]",
}


@command
def push(
    names: Annotated[list[str] | None, typer.Argument(help="Models to publish.", autocompletion=complete)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model of the registry.")] = False,
    namespace: Namespace = None,
    tag: Annotated[str | None, typer.Option("--revision-tag", help="Tag the commit, such as v1.")] = None,
    private: Annotated[bool, typer.Option("--private", help="Create new repositories as private ones.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and send nothing.")] = False,
    message: Annotated[str | None, typer.Option(help="Of the commit.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Publish also a damaged or worse model, or over somebody else's.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Publish models to a hub: one commit each, tagged; nothing changed, nothing sent.

    A model must be whole and no worse than what is published (measured where the data set is at hand). Log in with
    `hf auth login`, or set HF_TOKEN.
    """
    from zoo import registry
    from zoo.hub.push import push

    results, failures = [], []
    for name in chosen(names, everything, registry.names()):
        try:
            done = push(
                name, namespace=namespace, tag=tag, private=private, message=message, force=force, dry_run=dry_run
            )
        except (ValueError, RuntimeError, OSError) as error:
            failures.append(str(error))
            continue
        results.append(done)
        if not as_json:
            _show_push(done, dry_run)
    if as_json:
        print_json([asdict(done) for done in results])
    if failures:
        raise RuntimeError("\n".join(failures))


def _show_push(done: "Push", dry_run: bool) -> None:
    where = f"{done.repository}@{done.tag or (done.commit or '')[:8]}"
    if not done.changes:
        console.print(f"[green]✓[/] {done.name} is unchanged: {where} holds it, nothing was sent")
        return
    if done.sent:
        console.print(f"[green]✓[/] {done.name} → {where}, {len(done.changes)} file(s), test accuracy {done.accuracy}")
        return
    console.print(f"[bold]{done.name}[/] → {done.repository}: would change")
    rows = [
        {
            "file": change.path,
            "bytes": f"{change.size:,}",
            "there": "new" if change.before is None else f"{change.before:,}",
            "sha256": change.sha256[:16],
        }
        for change in done.changes
    ]
    show(rows, numbers=("bytes", "there"))
    console.print(
        f"test accuracy: {done.published_accuracy or 'nothing published'} → {done.accuracy or 'cannot be taken'}"
    )
    for objection in done.objections:
        console.print(f"[red]would be refused:[/] {plain(objection)}")


@command
def pull(
    specs: Annotated[
        list[str], typer.Argument(metavar="NAME[@REVISION]...", help="NAME or OWNER/NAME.", autocompletion=complete)
    ],
    namespace: Namespace = None,
    update: Annotated[
        bool, typer.Option("--update", help="Fetch the newest, whatever the lockfile pins, and pin that.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace also a model that was never published.")] = False,
    as_json: Json = False,
) -> None:
    """Fetch models from a hub into the registry, whole or not at all, and pin them in weights/registry.json.

    Without a revision it is the commit that the lockfile pins, else the newest.
    """
    from zoo.hub.pull import pull

    entries = {}
    for spec in specs:
        entry = pull(spec, namespace=namespace, update=update, force=force, progress=not as_json)
        entries[entry.repository] = asdict(entry)
        if not as_json:
            accuracy = entry.metrics["test_accuracy"]
            console.print(f"[green]✓[/] {entry.repository}@{entry.commit[:8]}, test accuracy {accuracy:.4f}")
    if as_json:
        print_json(entries)


@command
def status(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all).", autocompletion=complete)] = None,
    namespace: Namespace = None,
    as_json: Json = False,
) -> None:
    """Show where models stand: here, in the lockfile, on the hub."""
    from zoo.hub.status import status

    rows = status(names, namespace=namespace)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    cells = [
        {
            "model": plain(row.name),
            "state": STATES[row.state],
            "repository": plain(row.repository or ""),
            "pinned": (row.commit or "")[:8],
            "hub": (row.head or "")[:8],
        }
        for row in rows
    ]
    show(cells, spare=("hub", "pinned", "repository"))
    for note in dict.fromkeys(row.note for row in rows if row.state == "unknown"):
        console.print(f"[red]{plain(note)}[/]", soft_wrap=True)


@command
def diff(
    a: Annotated[
        str,
        typer.Argument(help="A model: NAME, a folder, NAME@REVISION or OWNER/NAME@REVISION.", autocompletion=complete),
    ],
    b: Annotated[str, typer.Argument(help="Another one.", autocompletion=complete)],
    namespace: Namespace = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two models: metrics, recipe, and how far the weights of each layer moved."""
    from zoo.hub.compare import compare

    comparison = compare(a, b, namespace)
    if as_json:
        print_json(asdict(comparison))
        return
    _show_comparison(comparison)


def _show_comparison(comparison: "Comparison") -> None:
    facts = []
    for key, (before, after) in comparison.metrics.items():
        change = "" if before is None or after is None else f"{after - before:+.4f}"
        facts.append({"": key, "a": _number(before), "b": _number(after), "change": change})
    for key, (before, after) in comparison.recipe.items():
        facts.append({"": f"recipe: {key}", "a": plain(str(before)), "b": plain(str(after)), "change": ""})
    show(facts, name=f"a: {plain(comparison.a)}   b: {plain(comparison.b)}")
    layers = []
    for layer in comparison.layers:
        shape, other = (" × ".join(str(size) for size in shape or ()) for shape in (layer.shape_a, layer.shape_b))
        moved = layer.relative is not None
        layers.append(
            {
                "layer": plain(layer.name),
                "shape": shape if moved else f"{shape or 'only in b'} → {other or 'only in a'}",
                "‖b - a‖ / ‖a‖": _number(layer.relative),
                "max |b - a|": _number(layer.largest),
            }
        )
    show(layers)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


@command
def deploy(
    space: Annotated[str, typer.Argument(help="NAME or OWNER/NAME of the Space.")],
    hardware: Annotated[
        str | None,
        typer.Option(help="cpu-basic (needs a subscription) or zero (ZeroGPU) (default: zero if new, else as it is)."),
    ] = None,
    static: Annotated[
        bool,
        typer.Option(
            "--static", help="As a static Space, free for everyone: the pad and the models, in the browser alone."
        ),
    ] = False,
    private: Annotated[bool, typer.Option("--private", help="Create it as a private one.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Publish the playground as a Space, Gradio or static, with the models of the registry; files gone here go there too."""
    from zoo.hub.spaces import deploy

    done = deploy(space, hardware=hardware, static=static, private=private, dry_run=dry_run)
    if as_json:
        print_json(_deployment(done))
        return
    if done.commit:
        sent = (
            f"{len(done.changed)} file(s) sent, {len(done.removed)} removed"
            if done.changed or done.removed
            else "unchanged"
        )
        console.print(f"[green]✓[/] {done.url} ({done.commit[:8]}): {sent}")
        return
    size = sum(len(content) for content in done.files.values())
    console.print(f"[bold]{done.repository}[/]: {len(done.files)} files, {size / 1e6:.1f} MB, of which would be sent:")
    for path in done.changed:
        console.print(f"  {path}  {len(done.files[path]):,}", highlight=False)
    for path in done.removed:
        console.print(f"  {path}  removed", highlight=False)
    for problem in done.problems:
        console.print(f"[red]would be refused:[/] {plain(problem)}")
    if done.unasked:
        console.print(f"[yellow]not compared with what is there:[/] {plain(done.unasked)}")


def _deployment(done: "Deployment") -> dict[str, Any]:
    facts = {key: value for key, value in vars(done).items() if key != "files"}
    return facts | {"url": done.url, "files": {path: len(content) for path, content in done.files.items()}}
