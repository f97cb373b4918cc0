"""Fetching a model: newest, at a tag, as pinned; damaged on the way, in the cache or on the hub; and loading without a copy."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
from hub_client import NAME, OTHER, REPOSITORY, contents, login, published, put
from huggingface_hub import HfApi, constants, get_session

import zoo
from zoo import registry
from zoo.hub import lockfile
from zoo.hub.errors import ConflictError, HubError
from zoo.hub.pull import pull
from zoo.hub.push import push
from zoo.hub.status import status


@pytest.fixture
def shared(shared, bring):
    """Two versions on the hub, v1 and v2 = main, and a registry here that holds nothing."""
    bring("v2 published", lambda: push(NAME, tag="v2"))
    shutil.rmtree(shared)
    return shared


def cached(path: str) -> Path:
    """Return a file of the cache, wherever the newest snapshot has it."""
    return max(Path(constants.HF_HUB_CACHE).glob(f"models--*/snapshots/*/{path}"), key=lambda p: p.lstat().st_mtime)


def flip_cached(path: str) -> None:
    """Invert a byte of a file in the cache: its size stays, and the client library would never notice."""
    blob = cached(path).resolve()
    content = bytearray(blob.read_bytes())
    content[-1] ^= 0xFF
    blob.write_bytes(content)


def test_a_pull_brings_the_newest_and_pins_it(shared, versions):
    entry = pull(REPOSITORY)
    assert contents(shared / NAME) == contents(versions[1])
    assert lockfile.read() == {NAME: entry}
    assert registry.verify(shared / NAME) == []
    assert zoo.load(NAME).name == NAME


def test_a_pull_at_a_tag_after_main_moved_on(shared, versions):
    pull(f"{REPOSITORY}@v1")
    assert contents(shared / NAME) == contents(versions[0])


def test_the_lockfile_decides_until_told_otherwise(shared, versions):
    pull(f"{REPOSITORY}@v1")
    shutil.rmtree(shared / NAME)
    pull(NAME)
    assert contents(shared / NAME) == contents(versions[0]), "as pinned"
    pull(NAME, update=True)
    assert contents(shared / NAME) == contents(versions[1]), "the newest"


def test_the_owner_can_come_from_the_option_the_environment_or_the_login(shared, client, hub, monkeypatch):
    assert pull(NAME).repository == REPOSITORY, "whoever is logged in"
    login(monkeypatch, hub, client, OTHER)
    assert pull(NAME).repository == REPOSITORY, "as the lockfile says"
    assert pull(NAME, namespace="alice").repository == REPOSITORY
    monkeypatch.setenv("ZOO_NAMESPACE", "bob")
    with pytest.raises(HubError, match="no such repository"):
        pull(NAME)


def test_a_tag_that_was_moved_is_noticed(shared, hub):
    pull(f"{REPOSITORY}@v1")
    repository = hub.store.repository("model", REPOSITORY)
    repository.set_ref("tags", "v1", repository.resolve("v2"))
    with pytest.raises(ConflictError, match=r"was \w{8} when it was pinned and is \w{8} now"):
        pull(f"{REPOSITORY}@v1")
    assert pull(f"{REPOSITORY}@v1", update=True).commit == repository.resolve("v2")


def test_what_the_lockfile_pins_must_be_what_the_hub_gives(shared, versions):
    entry = pull(REPOSITORY)
    pinned = replace(entry, sha256=entry.sha256 | {registry.WEIGHTS: "0" * 64})
    lockfile.path().write_text(json.dumps({NAME: vars(pinned)}))
    for call in (lambda: pull(NAME), lambda: zoo.load(f"{REPOSITORY}@v2")):
        with pytest.raises(
            registry.RegistryError, match=r"model\.safetensors of .* differ from what .*registry\.json pins"
        ):
            call()
    assert contents(shared / NAME) == contents(versions[1])


@pytest.mark.parametrize("text", ["{", "[]", '{"softmax-mnist": {"commit": "x"}}', '{"softmax-mnist": 3}'])
def test_a_damaged_lockfile_is_named(text, shared):
    lockfile.path().parent.mkdir()
    lockfile.path().write_text(text)
    with pytest.raises(registry.RegistryError, match=r"registry\.json is damaged"):
        pull(NAME)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("alice/nothing", "no such repository, or it is private"),
        (f"{REPOSITORY}@v9", "no such revision"),
        (f"{REPOSITORY}@{'0' * 40}", "no such revision"),
        (f"bob/{NAME}", "no such repository"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_changes(spec, message, shared):
    with pytest.raises(HubError, match=message):
        pull(spec)
    with pytest.raises(HubError, match=message):
        zoo.load(spec)
    assert not shared.exists() or registry.names() == []


@pytest.mark.parametrize(
    "spec",
    ["../x", "/etc/passwd", "a/../b", "alice/..", "alice/x@../v1", "a//b", "alice/x@", "@v1", "-rf", "x" * 300, ""],
)
def test_hostile_names_are_refused_before_anything_is_asked(spec, shared, hub):
    hub.faults.log.clear()
    with pytest.raises(ValueError, match="names no model on a hub"):
        pull(spec)
    assert hub.faults.log == []


def test_a_file_damaged_on_the_way_once_is_fetched_again(shared, hub, versions):
    hub.faults.add("flip", "/resolve/.*model.safetensors", method="GET", after=100)
    pull(REPOSITORY)
    assert contents(shared / NAME) == contents(versions[1])


@pytest.mark.parametrize("path", registry.FILES)
def test_a_tampered_file_is_refused(path, shared, hub, versions, impatient):
    pull(f"{REPOSITORY}@v1")
    shutil.rmtree(constants.HF_HUB_CACHE)
    hub.faults.add("flip", f"/resolve/.*{path}", method="GET", times=99, after=50)
    with pytest.raises(HubError, match=f"{path} of {REPOSITORY} came with another content than the hub lists"):
        pull(NAME, update=True)
    assert contents(shared / NAME) == contents(versions[0])


def test_weights_that_do_not_fit_their_config_are_refused_even_if_the_hub_is_consistent(shared, hub, versions):
    """Somebody with write access replaced the weights alone: every hash of the hub is right, the config's is not."""
    pull(f"{REPOSITORY}@v1")
    evil = (versions[2] / registry.WEIGHTS).read_bytes()
    hub.store.repository("model", REPOSITORY).commit({registry.WEIGHTS: evil})
    for call in (lambda: pull(NAME, update=True), lambda: zoo.load(REPOSITORY)):
        with pytest.raises(registry.RegistryError, match="is damaged or was changed"):
            call()
    assert contents(shared / NAME) == contents(versions[0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda weights: weights.half(), "float16"),
        (lambda weights: weights.double(), "float64"),
        (lambda weights: weights * float("nan"), "finite"),
    ],
    ids=["float16", "float64", "NaN"],
)
def test_weights_no_network_can_use_are_refused_and_what_was_here_stays(change, reason, shared, hub, versions):
    """Whoever published them made every checksum agree."""
    pull(f"{REPOSITORY}@v1")
    state = safetensors.torch.load_file(versions[1] / registry.WEIGHTS)
    evil = safetensors.torch.save({name: change(tensor) for name, tensor in state.items()})
    config = json.loads((versions[1] / registry.CONFIG).read_text())
    config["sha256"][registry.WEIGHTS] = hashlib.sha256(evil).hexdigest()
    files = {registry.WEIGHTS: evil, registry.CONFIG: json.dumps(config).encode()}
    hub.store.repository("model", REPOSITORY).commit(files)
    for call in (lambda: pull(NAME, update=True), lambda: zoo.load(REPOSITORY)):
        with pytest.raises((registry.RegistryError, HubError), match=reason):
            call()
    assert contents(shared / NAME) == contents(versions[0])


@pytest.mark.parametrize("path", registry.FILES)
def test_a_missing_file_is_named(path, shared, hub, versions):
    pull(f"{REPOSITORY}@v1")
    hub.store.repository("model", REPOSITORY).commit({}, delete=(path,))
    with pytest.raises(HubError, match=f"holds no {path}"):
        pull(NAME, update=True)
    assert contents(shared / NAME) == contents(versions[0])


def test_nothing_but_safetensors_is_loaded(shared, hub):
    repository = hub.store.repository("model", REPOSITORY)
    repository.commit({"pytorch_model.bin": b"\x80\x04pickle"}, delete=(registry.WEIGHTS,))
    for call in (lambda: pull(REPOSITORY), lambda: zoo.load(REPOSITORY)):
        with pytest.raises(
            HubError, match=r"holds no model\.safetensors: it is no model of this zoo; nothing else is loaded"
        ):
            call()
    assert not any("pytorch_model.bin" in path for method, path, _ in hub.faults.log)


def test_a_model_under_another_s_name_is_refused(shared, hub, versions):
    copy = hub.store.repository("model", "alice/other")
    copy.create()
    copy.commit({path.name: path.read_bytes() for path in versions[0].iterdir()})
    with pytest.raises(HubError, match=f"alice/other holds the model {NAME!r}, not 'other'"):
        pull("alice/other")
    assert registry.names() == []


def test_a_model_that_was_never_published_is_not_lost(shared, versions):
    put(versions[2], shared)
    with pytest.raises(HubError, match=r"never had, and it would be lost; --force replaces it"):
        pull(REPOSITORY)
    assert contents(shared / NAME) == contents(versions[2])
    pull(REPOSITORY, force=True)
    assert contents(shared / NAME) == contents(versions[1])


def test_a_damaged_copy_here_is_replaced(shared, versions):
    pull(REPOSITORY)
    (shared / NAME / registry.WEIGHTS).write_bytes(b"damaged")
    pull(REPOSITORY)
    assert contents(shared / NAME) == contents(versions[1])


def test_loading_needs_no_copy_and_no_network_once_it_is_cached(shared, hub, monkeypatch, versions):
    first = zoo.load(f"{REPOSITORY}@v1")
    assert registry.names() == []
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    again = zoo.load(f"{REPOSITORY}@v1")
    assert first.config == again.config == registry.read_config(versions[0])
    with pytest.raises(HubError, match=r"it is not .* in the cache, .* offline mode is on; unset HF_HUB_OFFLINE"):
        zoo.load(f"{REPOSITORY}@v2")


def test_with_the_hub_gone_the_cache_serves(shared, hub, monkeypatch, impatient):
    zoo.load(REPOSITORY)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert zoo.load(REPOSITORY).name == NAME
    with pytest.raises(
        HubError, match=r"the hub cannot be reached; check the network.*nor is there a folder alice/other"
    ):
        zoo.load("alice/other")
    with pytest.raises(HubError, match="the hub cannot be reached"):
        pull(REPOSITORY)


def test_a_byte_flipped_in_the_cache_is_mended_online_and_refused_offline(shared, monkeypatch):
    zoo.load(REPOSITORY)
    flip_cached(registry.WEIGHTS)
    assert zoo.load(REPOSITORY).name == NAME
    flip_cached(registry.WEIGHTS)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(registry.RegistryError, match="is damaged or was changed"):
        zoo.load(REPOSITORY)


def permute_labels(folder: Path) -> None:
    """Let a config say other labels than the network learned."""
    path = folder / registry.CONFIG
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"labels": config["labels"][::-1]}))


def replace_weights(folder: Path) -> None:
    """Change the weights, and what the config says of them, so that the two fit."""
    state = {key: -tensor for key, tensor in safetensors.torch.load_file(folder / registry.WEIGHTS).items()}
    weights = safetensors.torch.save(state)
    (folder / registry.WEIGHTS).write_bytes(weights)
    path = folder / registry.CONFIG
    config = json.loads(path.read_text())
    config["sha256"][registry.WEIGHTS] = hashlib.sha256(weights).hexdigest()
    path.write_text(json.dumps(config))


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("tamper", [permute_labels, replace_weights])
def test_a_consistent_change_in_the_cache_is_mended_online_and_refused_offline(tamper, links, shared, monkeypatch):
    """Nothing is pinned here, and config and weights fit: only the ids that came with the files tell."""
    expected = zoo.load(REPOSITORY)
    folder = cached(registry.CONFIG).parent
    if not links:  # as on a system without them, or after somebody has put files in their place
        for path in folder.iterdir():
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)
    tamper(folder)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(
        registry.RegistryError, match=r"config\.json of alice/softmax-mnist in the cache .* was changed"
    ):
        zoo.load(REPOSITORY)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    mended = zoo.load(REPOSITORY)
    assert mended.config == expected.config
    assert all((a == b).all() for a, b in zip(mended.model.state_dict().values(), expected.model.state_dict().values()))


def test_the_session_of_the_process_is_left_as_it_was(shared):
    before = {kind: list(hooks) for kind, hooks in get_session().event_hooks.items()}
    zoo.load(REPOSITORY)
    assert get_session().event_hooks == before


@pytest.mark.parametrize("path", registry.FILES)
def test_a_byte_flipped_in_the_cache_never_gets_into_the_registry(path, shared, versions):
    pull(REPOSITORY)
    flip_cached(path)
    shutil.rmtree(shared / NAME)
    pull(REPOSITORY)
    assert contents(shared / NAME) == contents(versions[1])


def test_private_models_load_for_their_owner_alone(hub, local, client, monkeypatch):
    push(NAME, private=True)
    assert zoo.load(REPOSITORY).name == NAME
    login(monkeypatch, hub, client, OTHER)
    with pytest.raises(HubError, match="no such repository, or it is private"):
        zoo.load("alice/secret")
    assert zoo.list_models("alice") == [NAME]


def test_the_models_of_a_namespace_are_found(shared, hub):
    HfApi(endpoint=hub.url).create_repo("alice/something-else")
    assert zoo.list_models("alice") == [REPOSITORY]
    assert zoo.list_models("bob") == []


def test_a_published_model_behaves_as_the_folder_it_came_from(shared, versions):
    there, here = zoo.load(f"{REPOSITORY}@v1"), zoo.load(str(versions[0]))
    assert there.config == here.config
    assert all((a == b).all() for a, b in zip(there.model.state_dict().values(), here.model.state_dict().values()))


def test_status_tells_same_ahead_behind_and_differs(shared, versions, hub):
    def state():
        (row,) = status([NAME])
        return row.state

    assert state() == "missing", "published by who is logged in, and not here"
    pull(REPOSITORY)
    assert state() == "same"
    put(versions[2], shared)
    assert state() == "ahead"
    put(versions[1], shared)
    hub.store.repository("model", REPOSITORY).commit(contents(versions[2]))
    assert state() == "behind"
    put(versions[0], shared)
    assert state() == "differs"
    shutil.rmtree(shared / NAME)
    assert state() == "missing"
    assert published(hub) == contents(versions[2])


def test_status_without_a_hub_says_so(shared, monkeypatch, impatient):
    pull(REPOSITORY)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    (row,) = status()
    assert (row.state, row.commit) == ("unknown", lockfile.read()[NAME].commit)
    assert "the hub cannot be reached" in row.note
