"""The test hub is faithful: the unmodified client library and the `hf` command do their work against it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from hub_client import OTHER, READ, WRITE, login
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, constants, get_session, hf_hub_download
from huggingface_hub import snapshot_download as snapshot
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

NAME = "alice/net"
CARD = b"---\nlicense: mit\ntags: [digits]\nlibrary_name: first-nets\n---\n# net\n"


@pytest.fixture
def api(hub):
    return HfApi(endpoint=hub.url)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "net"
    folder.mkdir()
    (folder / "README.md").write_bytes(CARD)
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 64)
    return folder


def commit(api, files, message="change", **options):
    operations = [CommitOperationAdd(path, content) for path, content in files.items()]
    return api.create_commit(NAME, operations, commit_message=message, **options)


def status_of(call, *arguments, **options):
    with pytest.raises(HfHubHTTPError) as error:
        call(*arguments, **options)
    return error.value.response.status_code


def test_a_folder_goes_up_and_comes_back(api, folder, hub):
    api.create_repo(NAME)
    first = api.upload_folder(repo_id=NAME, folder_path=folder)
    assert api.upload_folder(repo_id=NAME, folder_path=folder).oid == first.oid, "nothing changed: no new commit"
    back = Path(snapshot(NAME, endpoint=hub.url))
    assert (back / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
    assert back.name == first.oid == api.model_info(NAME).sha
    assert [c.title for c in api.list_repo_commits(NAME)][1:] == ["initial commit"]


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # of the client's own upload by LFS
def test_large_files_go_by_lfs_and_come_from_another_host_without_the_token(start_hub, client, folder, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    hub = start_hub(lfs=True)
    login(monkeypatch, hub, client)
    api = HfApi(endpoint=hub.url)
    api.create_repo(NAME, private=True)
    api.upload_folder(repo_id=NAME, folder_path=folder)
    content = (folder / "model.safetensors").read_bytes()
    (info,) = api.get_paths_info(NAME, ["model.safetensors"])
    assert info.lfs.sha256 == hashlib.sha256(content).hexdigest()
    assert Path(hf_hub_download(NAME, "model.safetensors", endpoint=hub.url)).read_bytes() == content
    sent = {path.split("/")[1]: authorized for method, path, authorized in hub.faults.log if method == "GET"}
    assert sent["cdn"] is False
    assert ("PUT", f"/lfs/{info.lfs.sha256}", False) in hub.faults.log


def test_a_tag_stays_where_main_moves_on(api, hub):
    api.create_repo(NAME)
    commit(api, {"a.txt": b"one"})
    api.create_tag(NAME, tag="v1")
    commit(api, {"a.txt": b"two"})
    assert Path(hf_hub_download(NAME, "a.txt", endpoint=hub.url, revision="v1")).read_text() == "one"
    assert Path(hf_hub_download(NAME, "a.txt", endpoint=hub.url)).read_text() == "two"
    refs = api.list_repo_refs(NAME)
    assert [t.name for t in refs.tags] == ["v1"]
    assert refs.branches[0].target_commit == api.model_info(NAME).sha
    assert status_of(api.create_tag, NAME, tag="v1") == 409
    api.delete_tag(NAME, tag="v1")
    assert api.list_repo_refs(NAME).tags == []


def test_a_stale_parent_is_refused(api):
    api.create_repo(NAME)
    first = commit(api, {"a.txt": b"one"}).oid
    commit(api, {"a.txt": b"two"}, parent_commit=first)
    assert status_of(commit, api, {"a.txt": b"three"}, parent_commit=first) == 412


def test_files_can_be_deleted_and_listed(api):
    api.create_repo(NAME)
    commit(api, {"a.txt": b"one", "b/c.txt": b"two", "b/d.txt": b"three"})
    assert [f.path for f in api.list_repo_tree(NAME)] == [".gitattributes", "a.txt", "b"]
    api.create_commit(NAME, [CommitOperationDelete("b/")], commit_message="delete")
    assert api.list_repo_files(NAME) == [".gitattributes", "a.txt"]
    missing = [CommitOperationDelete("nowhere.txt")]
    with pytest.raises(EntryNotFoundError, match="A file with this name doesn't exist"):
        api.create_commit(NAME, missing, commit_message="delete")


def test_long_lists_come_in_pages(start_hub, client, monkeypatch):
    hub = start_hub(page_size=3)
    login(monkeypatch, hub, client)
    api = HfApi(endpoint=hub.url)
    api.create_repo(NAME)
    commit(api, {f"{i}.txt": b"x" for i in range(10)})
    assert len(api.list_repo_files(NAME)) == 11


def test_the_client_s_own_folder_upload_splits_a_large_folder(api, folder):
    """Why a push and a deployment don't use it: readers would see a half of the folder."""
    api.create_repo(NAME)
    for i in range(300):
        (folder / f"{i}.txt").write_text(str(i))
    api.upload_folder(repo_id=NAME, folder_path=folder)
    assert len(api.list_repo_commits(NAME)) == 1 + 2


def test_models_are_found_by_owner_word_and_tag(api):
    for name in ("net", "other"):
        api.create_repo(f"alice/{name}")
    commit(api, {"README.md": CARD})
    assert [m.id for m in api.list_models(author="alice")] == ["alice/net", "alice/other"]
    assert [m.id for m in api.list_models(search="oth")] == ["alice/other"]
    (found,) = api.list_models(filter="digits", cardData=True)
    assert (found.id, found.library_name, found.card_data.license) == (NAME, "first-nets", "mit")
    assert list(api.list_models(author="bob")) == []


def test_tokens_decide(start_hub, client, monkeypatch):
    hub = start_hub()
    as_ = {token: HfApi(endpoint=hub.url, token=token) for token in (WRITE, READ, OTHER, "hf_nobody", False)}
    as_[WRITE].create_repo(NAME, private=True)
    assert as_[READ].whoami()["auth"]["accessToken"]["role"] == "read"
    assert status_of(as_["hf_nobody"].whoami) == 401
    assert status_of(as_["hf_nobody"].model_info, NAME) == 401
    assert as_[READ].model_info(NAME).private
    for token in (OTHER, False):
        with pytest.raises(RepositoryNotFoundError):
            as_[token].model_info(NAME)
        assert list(as_[token].list_models(author="alice")) == []
    assert status_of(commit, as_[READ], {"a.txt": b"one"}) == 403
    assert status_of(as_[OTHER].create_repo, "alice/theirs") == 403
    assert status_of(as_[READ].create_repo, "alice/theirs") == 403


def test_what_is_missing_is_named(api, hub):
    with pytest.raises(RepositoryNotFoundError):
        api.model_info(NAME)
    api.create_repo(NAME)
    with pytest.raises(RevisionNotFoundError):
        api.model_info(NAME, revision="v9")
    with pytest.raises(EntryNotFoundError):
        hf_hub_download(NAME, "nothing.txt", endpoint=hub.url)
    assert status_of(api.create_repo, NAME) == 409
    assert api.create_repo(NAME, exist_ok=True).repo_id == NAME
    api.delete_repo(NAME)
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo(NAME)


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b", "a//b", ".git/config", "a" * 256, "a\\..\\b"])
def test_hostile_names_never_reach_the_disk(path, api, hub, tmp_path):
    """The client stops some of these itself: here they are sent as a client of ill will would."""
    api.create_repo(NAME)
    before = sorted(tmp_path.rglob("*"))
    file = {"path": path, "content": "eA==", "encoding": "base64"}
    lines = [{"key": "header", "value": {"summary": "x"}}, {"key": "file", "value": file}]
    answer = get_session().post(
        f"{hub.url}/api/models/{NAME}/commit/main",
        content="\n".join(map(json.dumps, lines)),
        headers={"authorization": f"Bearer {WRITE}"},
    )
    assert answer.status_code == 400
    assert re.search("invalid file name", answer.json()["error"])
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["../net", "a--b", "x" * 97, "net.git", "-net"])
def test_hostile_repository_names_are_refused(name, hub):
    wanted = {"name": name, "organization": "alice"}
    answer = get_session().post(
        f"{hub.url}/api/repos/create", json=wanted, headers={"authorization": f"Bearer {WRITE}"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("card", "complaint"),
    [
        ("---\nsdk: gradio\ncolorFrom: mauve\ncolorTo: red\n---\n", "colorFrom"),
        (f"---\nsdk: gradio\ncolorFrom: blue\ncolorTo: red\nshort_description: {'x' * 61}\n---\n", "60 characters"),
        ("---\ncolorFrom: blue\ncolorTo: red\n---\n", '"sdk" is required'),
        ("---\na: [\n---\n", "YAML"),
    ],
)
def test_a_bad_card_is_refused_before_anything_is_sent(card, complaint, api, hub):
    api.create_repo("alice/app", repo_type="space", space_sdk="gradio")
    addition = [CommitOperationAdd("README.md", card.encode())]
    with pytest.raises(ValueError, match=complaint):
        api.create_commit("alice/app", addition, commit_message="x", repo_type="space")
    assert not [path for _, path, _ in hub.faults.log if "commit/" in path]


def test_a_gradio_space_on_the_free_cpu_needs_a_subscription(start_hub, client, monkeypatch):
    hub = start_hub(pro=False)
    login(monkeypatch, hub, client)
    api = HfApi(endpoint=hub.url)
    options = {"repo_type": "space", "space_sdk": "gradio"}
    assert status_of(api.create_repo, "alice/app", **options) == 402
    api.create_repo("alice/app", space_hardware="zero-a10g", **options)
    space = api.space_info("alice/app")
    assert (space.sdk, space.runtime.requested_hardware) == ("gradio", "zero-a10g")
    assert status_of(api.request_space_hardware, "alice/app", "cpu-basic") == 402


def test_the_hf_command_works(hub, run_hf, folder, tmp_path):
    assert "alice" in run_hf("auth", "whoami").stdout
    done = run_hf("upload", NAME, str(folder))
    assert done.returncode == 0, done.stderr
    assert run_hf("repos", "tag", "create", NAME, "v1").returncode == 0
    done = run_hf("download", NAME, "--revision", "v1", "--local-dir", str(tmp_path / "back"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "back" / "README.md").read_bytes() == CARD
    refused = run_hf("download", "alice/nothing")
    assert refused.returncode == 1
    assert "not found" in refused.stderr
