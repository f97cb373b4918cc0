"""Models on a hub: the Hugging Face Hub, or any server of its protocol at HF_ENDPOINT. huggingface_hub does all transport.

What is published is one commit, made on top of the commit that was looked at before: a writer in between is noticed and
nothing is lost. What comes from a hub is compared with its hashes before it counts.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from zoo import card, registry
from zoo.hub import errors, specs
from zoo.hub.errors import ConflictError, HubError
from zoo.version import __version__

if TYPE_CHECKING:
    from huggingface_hub import HfApi, RepoFile

T = TypeVar("T")
TIMEOUT = 30.0
"""Seconds that a request may stand still; the client library itself would wait for ever."""
GREETING = 5.0
"""Seconds in which a hub that is there answers something."""
HUGGING_FACE = "https://huggingface.co"


@dataclass(frozen=True)
class Remote:
    """What a hub holds of a repository at one commit. files: by path."""

    repository: str
    commit: str
    files: "dict[str, RepoFile]"

    def holds(self, path: str, content: bytes) -> bool:
        """Tell whether the file at `path` has this content, by the id that the hub lists for it."""
        file = self.files.get(path)
        if file is None:
            return False
        return hashlib.sha256(content).hexdigest() == file.lfs.sha256 if file.lfs else git_id(content) == file.blob_id


def git_id(content: bytes) -> str:
    """Return the id that git, and with it a hub, gives to a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def look(repository: str, revision: str | None = None, kind: str = "model") -> Remote | None:
    """Return what a repository holds at a revision (by default on main), None where there is no such repository."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
    from huggingface_hub.hf_api import RepoFile

    with talking(f"read {repository}"):
        try:
            info = patiently(lambda: client().repo_info(repository, repo_type=kind, revision=revision))
        except GatedRepoError:
            raise
        except RepositoryNotFoundError:
            return None
        assert info.sha is not None
        listed = client().list_repo_tree(repository, recursive=True, revision=info.sha, repo_type=kind)
        return Remote(repository, info.sha, {entry.path: entry for entry in listed if isinstance(entry, RepoFile)})


def create(repository: str, *, private: bool = False, kind: str = "model", **options: Any) -> Remote:
    """Create a repository, or take the one that is there, and return what it holds."""
    with talking(f"create {repository}"):
        patiently(lambda: client().create_repo(repository, private=private, repo_type=kind, exist_ok=True, **options))
    remote = look(repository, kind=kind)
    if remote is None:
        raise HubError(f"{repository} was created but cannot be read; check what this token may do (`hf auth whoami`)")
    return remote


def publish(
    base: Remote, contents: Mapping[str, bytes], message: str, *, delete: tuple[str, ...] = (), kind: str = "model"
) -> str:
    """Put files into a repository, all in one commit on top of `base`, and return its id.

    A commit whose answer got lost is looked for before it is sent again. Raises ConflictError where somebody else's came first.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    def send() -> str:
        operations: list[Any] = [CommitOperationAdd(path, content) for path, content in contents.items()]
        operations += [CommitOperationDelete(path) for path in delete]
        try:
            return (
                client()
                .create_commit(
                    base.repository, operations, commit_message=message, parent_commit=base.commit, repo_type=kind
                )
                .oid
            )
        except Exception as error:
            uncertain = errors.status_of(error) == 412 or errors.pause(error, 0) is not None
            if uncertain and (landed := _landed(base, contents, delete, kind)):
                return landed
            raise

    with talking(f"publish to {base.repository}"):
        return patiently(send)


def _landed(base: Remote, contents: Mapping[str, bytes], delete: tuple[str, ...], kind: str) -> str | None:
    """Return the commit since `base` that holds exactly what was sent, None where there is none."""
    others = {path: file for path, file in base.files.items() if path not in delete and path not in contents}
    for commit in client().list_repo_commits(base.repository, repo_type=kind):
        if commit.commit_id == base.commit:
            break
        there = look(base.repository, commit.commit_id, kind)
        if (
            there
            and there.files.keys() == others.keys() | contents.keys()
            and all(there.files[path].blob_id == file.blob_id for path, file in others.items())
            and all(there.holds(path, content) for path, content in contents.items())
        ):
            return there.commit
    return None


def was_published(repository: str, contents: Mapping[str, bytes]) -> bool:
    """Tell whether some commit of a model held these files."""
    with talking(f"read the history of {repository}"):
        history = patiently(lambda: client().list_repo_commits(repository))
    commits = (look(repository, commit.commit_id) for commit in history)
    return any(there and all(there.holds(path, content) for path, content in contents.items()) for there in commits)


def tags(repository: str) -> dict[str, str]:
    """Return the commit of each tag of a model."""
    with talking(f"read the tags of {repository}"):
        return {tag.name: tag.target_commit for tag in patiently(lambda: client().list_repo_refs(repository)).tags}


def set_tag(repository: str, name: str, commit: str) -> None:
    """Give a commit a tag; one that stands there already is left alone."""
    with talking(f"tag {repository} {name}; it is published as {commit[:8]}, and the same command again will tag it"):
        patiently(lambda: client().create_tag(repository, tag=name, revision=commit, exist_ok=True))
    if tags(repository).get(name) != commit:
        raise ConflictError(
            f"cannot tag {repository}: somebody else gave the tag {name} to another commit; choose the next one"
        )


def list_remote(namespace: str | None = None, word: str | None = None) -> list[str]:
    """Return the models of this zoo in a namespace, as "owner/name"; `word` narrows them by name."""
    owner = owner_of(namespace)
    with talking(f"list the models of {owner}"):
        models = patiently(lambda: list(client().list_models(author=owner, search=word, filter=card.LIBRARY)))
    return sorted(model.id for model in models)


def owner_of(namespace: str | None = None, *, option: str = "--namespace") -> str:
    """Return the namespace to use: the one given, else ZOO_NAMESPACE, else whoever is logged in.

    option: what gives it, for the error where nobody is logged in.
    """
    if named := namespace or os.environ.get("ZOO_NAMESPACE"):
        return specs.parse(f"{named}/x")[0] or named
    with talking(f"tell who is meant ({option} and ZOO_NAMESPACE say so too)"):
        return str(patiently(lambda: client().whoami())["name"])


def me() -> str | None:
    """Return who is logged in, None where nobody is."""
    from huggingface_hub import get_token

    return owner_of() if get_token() else None


def greet() -> None:
    """Raise HubError where the hub does not answer at all: one short try, before it is asked of many models."""
    from huggingface_hub import get_session

    with talking("see what is published"):
        get_session().head(endpoint() or HUGGING_FACE, timeout=GREETING)


def front_matter(text: str) -> dict[str, Any]:
    """Return the metadata at the head of a Space's README.md. Raises ValueError where it is missing or no YAML."""
    from huggingface_hub import SpaceCard
    from yaml import YAMLError  # type: ignore[import-untyped]

    if not text.startswith("---\n"):
        raise ValueError("README.md does not begin with the front matter of a Space (--- title: … ---)")
    try:
        return SpaceCard(text).data.to_dict()
    except (ValueError, YAMLError) as error:
        raise ValueError(f"README.md: the front matter can't be read: {' '.join(str(error).split())}") from error


def set_hardware(space: str, flavor: str) -> None:
    """Ask for the hardware of a Space, unless it has it."""
    with talking(f"give {space} the hardware {flavor}"):
        runtime = patiently(lambda: client().get_space_runtime(space))
        if flavor not in (runtime.hardware, runtime.requested_hardware):
            patiently(lambda: client().request_space_hardware(space, flavor))  # type: ignore[arg-type]


def endpoint() -> str | None:
    """Return the address of the hub, None for the client library's default."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


def client() -> "HfApi":
    """Return the client; tokens are its own business."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint(), library_name=card.LIBRARY, library_version=__version__)


@contextmanager
def _limits() -> Iterator[None]:
    """Let requests give up after TIMEOUT seconds of silence. The session is the whole process's: it is left as it was."""
    from huggingface_hub import get_session

    hooks = get_session().event_hooks["request"]
    hooks.append(_limit)
    try:
        yield
    finally:
        hooks.remove(_limit)


def _limit(request: Any) -> None:
    """Give a request a time limit wherever the client library set none, by which it means for ever."""
    limits = request.extensions.get("timeout", {})
    request.extensions["timeout"] = {step: TIMEOUT if limit is None else limit for step, limit in limits.items()}


def patiently(call: Callable[[], T]) -> T:
    """Return what a request returns, repeating it with growing pauses while it fails in a way that may pass."""
    end = time.monotonic() + errors.PATIENCE
    for wait in errors.WAITS:
        try:
            return call()
        except Exception as error:
            pause = errors.pause(error, wait)
            if pause is None or time.monotonic() + pause > end:
                raise
            time.sleep(pause)
    return call()


@contextmanager
def talking(what: str) -> Iterator[None]:
    """Turn what the client library raises into a HubError: what could not be done, why, the way out, and no token."""
    from huggingface_hub import get_token

    try:
        with _limits():
            yield
    except (HubError, registry.RegistryError):
        raise
    except Exception as error:
        kind = ConflictError if errors.status_of(error) == 412 else HubError
        text = f"cannot {what}: {errors.explain(error)}"
        # `from None`: the library's own error may quote what the server said, and that may quote a token.
        raise kind(errors.redact(text, get_token())) from None
