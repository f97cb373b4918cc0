"""`zoo push`, `pull`, `status`, `diff`, `deploy` and `list --remote` as a person types them, and as a program reads them."""

from __future__ import annotations

import json
import os
import re
import shutil

import pytest
from hub_client import NAME, OTHER, READ, REPOSITORY, WRITE, contents, login, published, put
from typer.testing import CliRunner

from zoo.__main__ import app
from zoo.hub import lockfile
from zoo.hub.push import push

COMMANDS = ["push", "pull", "status", "diff", "deploy"]


@pytest.fixture
def zoo(hub, local, monkeypatch):
    """Return a function that runs a command and returns (exit code, what it printed, its errors)."""
    monkeypatch.setenv("COLUMNS", "200")  # for the help texts
    monkeypatch.setattr("zoo.commands.console.console.width", 200)
    everything = []

    def run(*arguments):
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        everything.append(done.output)
        return done.exit_code, done.stdout, done.stderr

    yield run
    for token in (WRITE, READ, OTHER):
        assert token not in "".join(everything), "no command ever prints a token"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command, zoo):
    code, out, _ = zoo(command, "--help")
    assert code == 0
    assert re.search(r"--json\s.*As JSON", out)


def test_push_says_what_it_did(zoo, hub, versions):
    code, out, _ = zoo("push", NAME, "--revision-tag", "v1")
    assert (code, published(hub)) == (0, contents(versions[0]))
    assert re.search(rf"✓ {NAME} → {REPOSITORY}@v1, 5 file\(s\), test accuracy 0\.92\d\d \(by its config\)", out)
    assert re.search(rf"✓ {NAME} is unchanged: {REPOSITORY}@\w{{8}} holds it, nothing was sent", zoo("push", NAME)[1])


def test_a_dry_run_is_a_table_of_files(zoo, hub, local, versions):
    zoo("push", NAME)
    put(versions[1], local)
    code, out, _ = zoo("push", NAME, "--dry-run")
    assert code == 0
    assert re.search(r"model\.safetensors\s+31,584\s+31,584\s+\w{16}", out)
    assert re.search(r"test accuracy: 0\.92\d\d .* → 0\.92\d\d", out)
    assert published(hub) == contents(versions[0])
    (plan,) = json.loads(zoo("push", NAME, "--dry-run", "--json")[1])
    assert [change["path"] for change in plan["changes"]] == ["model.safetensors", "config.json", "README.md"]
    assert (plan["sent"], plan["objections"], plan["accuracy"]["measured"]) == (False, [], False)


def test_a_dry_run_says_what_the_gate_would_refuse(zoo, local, versions):
    put(versions[1], local)
    zoo("push", NAME)
    put(versions[0], local)
    assert "would be refused: its test accuracy would fall" in zoo("push", NAME, "--dry-run")[1]
    code, _, err = zoo("push", NAME)
    assert code == 1
    assert re.fullmatch(rf"error: {NAME} was not published: .*\(--force publishes it all the same\)\n", err)


def test_push_all_publishes_every_model_and_goes_on_after_a_failure(zoo, weights, hub, monkeypatch):
    for name in os.listdir(weights):
        if name not in (NAME, "lenet5-mnist", "softmax-fashion-mnist"):
            shutil.rmtree(weights / name)
    (weights / "lenet5-mnist" / "model.safetensors").write_bytes(b"damaged")
    monkeypatch.setenv("ZOO_WEIGHTS", str(weights))
    code, out, err = zoo("push", "--all")
    assert code == 1
    assert "error: lenet5-mnist was not published" in err
    assert "✓ softmax-fashion-mnist" in out
    assert "✓ softmax-mnist" in out
    assert [row["name"] for row in json.loads(zoo("list", "--remote", "--json")[1])[3:]] == [
        "alice/softmax-fashion-mnist",
        REPOSITORY,
    ]
    assert REPOSITORY in zoo("list", "softmax-m", "--remote", "--namespace", "alice")[1]


def test_pull_names_commit_and_accuracy(zoo, local, versions):
    zoo("push", NAME, "--revision-tag", "v1")
    shutil.rmtree(local)
    code, out, _ = zoo("pull", f"{REPOSITORY}@v1")
    assert (code, contents(local / NAME)) == (0, contents(versions[0]))
    assert re.search(rf"✓ {REPOSITORY}@\w{{8}}, test accuracy 0\.92\d\d", out)
    entries = json.loads(zoo("pull", NAME, "--json")[1])
    assert entries[REPOSITORY]["commit"] == lockfile.read()[NAME].commit


def test_errors_are_one_line_and_name_the_way_out(zoo, hub, client, monkeypatch):
    code, _, err = zoo("pull", "alice/nothing")
    assert code == 1
    assert re.fullmatch(r"error: cannot fetch alice/nothing: there is no such repository, .*\n", err)
    login(monkeypatch, hub, client, READ)
    assert "use one with write access" in zoo("push", NAME)[2]
    login(monkeypatch, hub, client, None)
    assert "run `hf auth login`, or set HF_TOKEN" in zoo("push", NAME)[2]
    assert "did you mean 'softmax-mnist'" in zoo("push", "softmax")[2]


def test_status_is_a_table(zoo, local, versions):
    assert re.search(rf"{NAME}\s+not published\s+{REPOSITORY}", zoo("status")[1]), "of whoever is logged in"
    zoo("push", NAME)
    assert re.search(rf"{NAME}\s+same\s+{REPOSITORY}\s+\w{{8}}\s+\w{{8}}", zoo("status")[1])
    put(versions[1], local)
    assert "ahead: changed here, `zoo push` publishes it" in zoo("status")[1]
    (row,) = json.loads(zoo("status", "--json")[1])
    assert (row["name"], row["state"], row["repository"]) == (NAME, "ahead", REPOSITORY)


@pytest.mark.parametrize("command", [("status",), ("list", "--remote", "--namespace", "alice")])
def test_a_hub_that_is_not_there_is_asked_once(command, zoo, local, versions, monkeypatch):
    put(versions[0], local)
    pauses = []
    monkeypatch.setattr("zoo.hub.client.time.sleep", pauses.append)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # where nothing listens
    _, out, err = zoo(*command)
    assert "the hub cannot be reached; check the network" in out + err
    assert pauses == []


def test_diff_shows_metrics_and_layers(zoo, versions):
    push(NAME, tag="v1")
    code, out, _ = zoo("diff", f"{REPOSITORY}@v1", str(versions[1]))
    assert code == 0
    assert re.search(r"test_accuracy\s+0\.92\d\d\s+0\.92\d\d\s+\+0\.0001", out)
    assert re.search(r"linear\.weight\s+10 × 784\s+0\.\d{4}\s+0\.0001", out)
    found = json.loads(zoo("diff", f"{REPOSITORY}@v1", str(versions[1]), "--json")[1])
    assert [layer["name"] for layer in found["layers"]] == ["linear.weight", "linear.bias"]


def test_deploy_shows_its_plan_and_then_the_address(zoo, hub, weights):
    code, out, _ = zoo("deploy", "play", "--dry-run")
    assert code == 0
    assert re.search(r"alice/play: \d+ files, \d+\.\d MB, of which would be sent:", out)
    assert not hub.store.repository("space", "alice/play").exists()
    code, out, err = zoo("deploy", "play")
    assert (code, err) == (0, "")
    assert re.search(rf"✓ {hub.url}/spaces/alice/play \(\w{{8}}\): \d+ file\(s\) sent, 0 removed", out)
    plan = json.loads(zoo("deploy", "play", "--json")[1])
    assert (plan["changed"], plan["removed"], plan["problems"]) == ([], [], [])
    assert plan["files"]["README.md"] > 0
