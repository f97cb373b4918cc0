"""Publishing a model: once, again, with a tag, after somebody else, and when it should not be published."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from hub_client import NAME, OTHER, READ, REPOSITORY, WRITE, contents, login, published, put
from huggingface_hub import CommitOperationAdd, HfApi, ModelCard, constants

from zoo import registry
from zoo.hub import client as client_module
from zoo.hub import gate, lockfile
from zoo.hub.errors import ConflictError, HubError
from zoo.hub.pull import pull
from zoo.hub.push import push


def commits(hub):
    return len(hub.store.repository("model", REPOSITORY).history()) - 1


def test_a_push_creates_the_repository_and_publishes_the_folder_in_one_tagged_commit(hub, local, versions):
    done = push(NAME, tag="v1")
    assert (done.repository, done.sent, [c.path for c in done.changes]) == (REPOSITORY, True, list(registry.FILES))
    assert published(hub) == published(hub, "v1") == contents(versions[0])
    assert commits(hub) == 1
    entry = lockfile.read()[NAME]
    assert (entry.repository, entry.commit, entry.revision) == (REPOSITORY, done.commit, "v1")
    assert entry.metrics["test_accuracy"] == registry.read_config(versions[0]).metrics.test_accuracy


def test_pushing_the_same_again_makes_no_commit(hub, local):
    first = push(NAME, tag="v1")
    for again in (push(NAME), push(NAME, tag="v1"), push(NAME, tag="v2")):
        assert (again.commit, again.sent, again.changes) == (first.commit, False, [])
    assert commits(hub) == 1
    assert HfApi(endpoint=hub.url).model_info(REPOSITORY, revision="v2").sha == first.commit


def test_only_what_changed_is_sent(hub, local, versions):
    push(NAME)
    put(versions[1], local)
    done = push(NAME)
    assert {change.path for change in done.changes} == {registry.WEIGHTS, registry.CONFIG, registry.CARD}
    assert published(hub) == contents(versions[1])


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # of the client's own upload by LFS
def test_by_lfs_it_is_the_same(start_hub, client, local, versions, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    hub = start_hub(lfs=True)
    login(monkeypatch, hub, client)
    push(NAME, tag="v1")
    assert push(NAME).sent is False
    assert published(hub, "v1") == contents(versions[0])


def test_the_published_card_names_the_tag_and_is_accepted_with_its_metrics(hub, local):
    push(NAME, tag="v1")
    info = HfApi(endpoint=hub.url).model_info(REPOSITORY)
    result = info.card_data.eval_results[0]
    assert (result.metric_type, result.metric_value) == (
        "accuracy",
        registry.read_config(local / NAME).metrics.test_accuracy,
    )
    assert {"first-nets", "softmax", "mnist"} <= set(info.tags)
    assert (info.library_name, info.card_data.license) == ("first-nets", "mit")
    text = hub.store.repository("model", REPOSITORY).read(registry.CARD).decode()
    assert f'zoo.load("{REPOSITORY}@v1")' in text
    assert ModelCard(text).data.model_name == NAME
    assert f'zoo.load("{NAME}")' in (local / NAME / registry.CARD).read_text(), "the folder here stays as it was"


def test_a_dry_run_names_each_change_and_sends_nothing(hub, local, versions):
    new = push(NAME, dry_run=True)
    assert [(c.path, c.before) for c in new.changes] == [(path, None) for path in registry.FILES]
    assert published(hub) is None
    push(NAME)
    put(versions[1], local)
    done = push(NAME, dry_run=True)
    assert done.accuracy.value - done.published_accuracy.value == pytest.approx(1e-4)
    sizes = {c.path: (c.before, c.size) for c in done.changes}
    assert sizes[registry.WEIGHTS] == ((versions[0] / registry.WEIGHTS).stat().st_size,) * 2
    assert {c.path: c.sha256 for c in done.changes}[registry.WEIGHTS] == registry.read_config(versions[1]).sha256[
        registry.WEIGHTS
    ]
    assert (published(hub), commits(hub), lockfile.read()[NAME].commit) == (contents(versions[0]), 1, done.commit)


def test_a_dry_run_of_what_is_tagged_already_leaves_the_lockfile_alone(hub, local):
    push(NAME, tag="v1")
    lockfile.path().unlink()
    assert push(NAME, tag="v1", dry_run=True).changes == []
    assert not lockfile.path().exists()


def test_a_private_repository_is_hidden_from_others(hub, local, client, monkeypatch):
    push(NAME, private=True)
    login(monkeypatch, hub, client, OTHER)
    with pytest.raises(HubError, match="no such repository, or it is private"):
        pull(REPOSITORY)


def test_a_damaged_model_is_not_published(hub, local):
    weights = local / NAME / registry.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(HubError, match=r"not published: .*is damaged or was changed"):
        push(NAME)
    assert published(hub) is None
    assert push(NAME, force=True).sent


def test_a_worse_model_is_not_published(hub, local, versions):
    put(versions[1], local)
    push(NAME)
    put(versions[0], local)
    with pytest.raises(HubError, match=r"test accuracy would fall from 0\.\d+ \(by its config\) to 0\.\d+"):
        push(NAME)
    assert published(hub) == contents(versions[1])
    assert push(NAME, force=True).sent
    assert published(hub) == contents(versions[0])


def test_with_the_data_at_hand_accuracy_is_measured_and_a_false_claim_is_caught(
    hub, local, versions, data_root, monkeypatch
):
    monkeypatch.setenv("ZOO_DATA", str(data_root))
    config = registry.read_config(local / NAME)
    boast = replace(config, metrics=replace(config.metrics, test_accuracy=0.999))
    model = registry.load(local / NAME)
    registry.save(local / NAME, model.model.state_dict(), boast, model.familiar)
    with pytest.raises(HubError, match=r"claims a test accuracy of 0\.9990, but 0\.92\d\d was measured"):
        push(NAME)
    put(versions[0], local)
    claimed = config.metrics.test_accuracy
    assert push(NAME).accuracy == gate.Accuracy(pytest.approx(claimed, abs=gate.TOLERANCE), measured=True)


def test_with_the_data_at_hand_both_models_are_measured(hub, local, versions, data_root, monkeypatch):
    """The published one claims less than it does: what counts is what both do here."""
    config = registry.read_config(local / NAME)
    model = registry.load(local / NAME)
    state, modest = model.model.state_dict(), replace(config, metrics=replace(config.metrics, test_accuracy=0.5))
    registry.save(local / NAME, state, modest, model.familiar)
    push(NAME)
    worse = {key: tensor * (0 if key.endswith("weight") else 1) for key, tensor in state.items()}
    registry.save(local / NAME, worse, config, model.familiar)
    monkeypatch.setenv("ZOO_DATA", str(data_root))
    with pytest.raises(HubError, match=r"would fall from 0\.92\d\d \(measured here\) to 0\.\d+ \(measured here\)"):
        push(NAME)


def test_a_second_writer_is_told_and_the_first_one_s_work_stays(hub, local, versions):
    """Two people start from v1; the second to push would undo what the first one did."""
    push(NAME)
    HfApi(endpoint=hub.url).create_commit(
        REPOSITORY, [CommitOperationAdd(p, c) for p, c in contents(versions[1]).items()], commit_message="the first"
    )
    put(versions[2], local)
    with pytest.raises(HubError, match=r"somebody published \w{8} since \w{8}"):
        push(NAME)
    assert published(hub) == contents(versions[1])
    assert push(NAME, force=True).sent


def test_a_writer_in_between_is_noticed_by_the_hub(hub, local, versions):
    """The other commit lands after we looked and before we send: the hub refuses ours, nothing is mixed."""
    push(NAME)
    put(versions[2], local)
    pause = hub.faults.add("pause", "/commit/main")

    def interfere():
        assert pause.reached.wait(10)
        hub.store.repository("model", REPOSITORY).commit({"note.txt": b"somebody else's"}, author="bob")
        pause.release.set()

    thread = threading.Thread(target=interfere)
    thread.start()
    with pytest.raises(ConflictError, match="somebody else published meanwhile"):
        push(NAME)
    thread.join()
    assert published(hub) == contents(versions[0]) | {"note.txt": b"somebody else's"}


def test_a_push_cut_off_between_commit_and_tag_is_completed_by_the_next(hub, local, versions, impatient):
    fault = hub.faults.add("status", "/tag/", times=99)
    with pytest.raises(HubError, match=r"published as \w{8}, and the same command again will tag it"):
        push(NAME, tag="v1")
    fault.times = 0
    done = push(NAME, tag="v1")
    assert (done.sent, commits(hub)) == (False, 1)
    assert published(hub, "v1") == contents(versions[0])


def test_a_tag_is_never_moved(hub, local, versions):
    push(NAME, tag="v1")
    put(versions[1], local)
    with pytest.raises(HubError, match="another model under the tag v1; the next free one is v2"):
        push(NAME, tag="v1")
    assert published(hub, "v1") == published(hub) == contents(versions[0])


@pytest.mark.parametrize("tag", ["main", "../v1", "-v1", "a b", "0123456789abcdef0123456789abcdef01234567", "x" * 300])
def test_a_tag_must_look_like_one(tag, hub, local):
    with pytest.raises(ValueError, match="can't be a tag"):
        push(NAME, tag=tag)
    assert published(hub) is None


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "nobody is logged in; run `hf auth login`"),
        ("hf_unknown", "the hub does not know this token"),
        (READ, "this token may not do that"),
    ],
)
def test_without_the_right_token_the_error_says_which_one_is_needed(token, message, hub, local, client, monkeypatch):
    login(monkeypatch, hub, client, token)
    with pytest.raises(HubError, match=message):
        push(NAME)
    assert published(hub) is None


def test_nobody_writes_to_another_s_namespace(hub, local, client, monkeypatch):
    login(monkeypatch, hub, client, OTHER)
    with pytest.raises(HubError, match="this token may not do that"):
        push(NAME, namespace="alice")


@pytest.mark.parametrize("namespace", ["../alice", "a/b", "alice--x", "x" * 200])
def test_a_namespace_must_look_like_one(namespace, hub, local):
    with pytest.raises(ValueError, match="names no model on a hub"):
        push(NAME, namespace=namespace)


def test_other_files_in_the_folder_stay_here(hub, local, versions):
    (local / NAME / "secret.txt").write_text(WRITE)
    push(NAME)
    assert published(hub) == contents(versions[0])


def test_the_lockfile_is_small_and_readable(hub, local):
    push(NAME, tag="v1")
    entry = json.loads((local / "registry.json").read_text())[NAME]
    assert sorted(entry) == ["commit", "metrics", "repository", "revision", "sha256", "size"]
    assert entry["sha256"][registry.WEIGHTS] == registry.read_config(local / NAME).sha256[registry.WEIGHTS]
    assert WRITE not in (local / "registry.json").read_text()


def test_of_two_first_pushes_at_once_the_later_is_refused(hub, local, versions, monkeypatch):
    """The other's model appears after we looked, where there was nothing yet that ours could have been compared with."""
    create = client_module.create

    def create_after_another(repository, **options):
        other = hub.store.repository("model", repository)
        other.create()
        other.commit({path.name: path.read_bytes() for path in versions[2].iterdir()})
        return create(repository, **options)

    monkeypatch.setattr(client_module, "create", create_after_another)
    with pytest.raises(ConflictError, match="cannot publish softmax-mnist: somebody else published meanwhile"):
        push(NAME)
    assert published(hub) == contents(versions[2])
    assert not lockfile.path().exists()


def test_the_gate_loads_each_model_once(hub, local, versions, monkeypatch):
    push(NAME)
    put(versions[1], local)
    load, folders = registry.load, []
    monkeypatch.setattr(registry, "load", lambda folder: folders.append(folder) or load(folder))
    push(NAME, dry_run=True)
    assert len(folders) == len(set(folders)) == 2, "ours, and what is published"
