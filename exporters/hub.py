"""A release on the Hugging Face Hub: one commit, tagged with the release's number.

A repository holds the releases of one project, the newest on `main`, each by its tag: `revision="v3"`. What
is there is looked at first, and nothing of anybody else is written over or deleted unless that is wanted.
Files that the Hub has are not sent again, so a push that was interrupted goes on where it was; the commit
comes last, so nobody meets half a release.

The token is looked for by huggingface_hub: HF_TOKEN, else what `hf auth login` stored.

Source: https://huggingface.co/docs/huggingface_hub/guides/upload
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, constants
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils.tqdm import disable_progress_bars

from annotator.errors import Conflict, Forbidden, Invalid, NotFound, Unusable
from exporters.folder import FACTS, Folder

DATASET = "dataset"
NAME = re.compile(r"[\w.-]+/[\w.-]+")
HTTP_ERROR = cast(type[Exception], HfHubHTTPError.__bases__[0])  # of whichever library huggingface_hub uses
NOBODYS = {".gitattributes"}  # the Hub makes it
SHOWN = 3  # names in a message


@dataclass(frozen=True)
class Destination:
    """Where to push, and how.

    Raises
    ------
    Invalid
        If that is no name of a repository.
    """

    repository: str  # ORG/NAME
    public: bool = False  # if it is to be made; what is there stays as visible as it is
    replace: bool = False  # what is there and not ours is deleted

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.repository):
            raise Invalid(f"{self.repository!r} names no dataset of the Hub: say ORG/NAME, or YOU/NAME.")


@dataclass(frozen=True)
class There:
    """What a repository holds."""

    private: bool
    commit: str | None = None  # the newest on main
    files: frozenset[str] = frozenset()
    facts: Mapping[str, Any] | None = None  # release.json on main, if it has one of ours
    tags: Mapping[str, str] = field(default_factory=dict)  # name → commit


@dataclass(frozen=True)
class Pushed:
    """A release on the Hub."""

    repository: str
    revision: str  # the tag
    commit: str
    url: str
    private: bool
    new: bool  # whether it was not there already


def look(to: Destination, slug: str) -> There:
    """What the repository holds; nothing, if it is to be made.

    Raises
    ------
    Unusable
        If there is no token, or the Hub cannot be reached.
    Forbidden
        If the Hub does not take the token, or it may not see this.
    Conflict
        If something is there that is not of this project, and is not to be replaced.
    """
    with _told(to):
        api = HfApi()
        _refuse_readers(api.whoami())
        if not sys.stderr.isatty():
            disable_progress_bars()
        try:
            found = api.dataset_info(to.repository)
        except RepositoryNotFoundError:
            return There(private=not to.public)
        files = frozenset(sibling.rfilename for sibling in found.siblings or ())
        tags = {
            tag.name: tag.target_commit for tag in api.list_repo_refs(to.repository, repo_type=DATASET).tags
        }
        facts = _facts(api, to, found.sha) if FACTS in files else None
        there = There(bool(found.private), found.sha, files, facts, tags)
    _refuse_others(to, there, slug)
    return there


def push(release: Folder, to: Destination) -> Pushed:
    """Put the release there, and tag it; nothing is done if it is there already.

    Raises
    ------
    Conflict
        Also if another release bears its number there, or a newer one is there and is not to be replaced.
    """
    slug, tag = str(release.facts["slug"]), f"v{release.number}"
    there = look(to, slug)
    _refuse_newer(to, there, release)
    with _told(to):
        api = HfApi()
        if tag in there.tags:
            return _known(api, release, to, there, tag)
        if there.commit is None:
            api.create_repo(to.repository, private=not to.public, repo_type=DATASET)
        commit = there.commit if _is(release, there.facts) else None
        if commit is None:
            commit = _commit(api, release, to, there)
        api.create_tag(to.repository, tag=tag, revision=commit, repo_type=DATASET)
    return _pushed(to, there, tag, commit, new=True)


def _commit(api: HfApi, release: Folder, to: Destination, there: There) -> str:
    """Send the files, then commit them together with what goes."""
    names = [*release.facts["files"], FACTS]
    gone = _ours(there, str(release.facts["slug"]))
    info = api.create_commit(
        to.repository,
        [
            *(CommitOperationAdd(name, release.path / name) for name in names),
            *(CommitOperationDelete(name) for name in sorted(gone - set(names))),
        ],
        commit_message=f"Release {release.number} of {release.facts['slug']}",
        repo_type=DATASET,
        parent_commit=there.commit,
    )
    return info.oid


def _ours(there: There, slug: str) -> frozenset[str]:
    """The files of the project's release that is there; where something else is to be replaced, all."""
    if there.facts is not None and there.facts["slug"] == slug:
        return there.files & frozenset(there.facts["files"])
    return there.files - NOBODYS


def _known(api: HfApi, release: Folder, to: Destination, there: There, tag: str) -> Pushed:
    """What bears the release's number, if that is this release."""
    if not _is(release, _facts(api, to, tag)):
        raise Conflict(
            f"{tag} of {to.repository} is another release, and a release never changes: "
            "push to another repository."
        )
    return _pushed(to, there, tag, there.tags[tag], new=False)


def _pushed(to: Destination, there: There, tag: str, commit: str, *, new: bool) -> Pushed:
    url = f"{constants.ENDPOINT}/datasets/{to.repository}/tree/{tag}"
    return Pushed(to.repository, tag, commit, url, private=there.private, new=new)


def _facts(api: HfApi, to: Destination, revision: str | None) -> Mapping[str, Any] | None:
    """release.json at this commit, if it is one of ours."""
    with TemporaryDirectory() as folder:
        try:
            path = api.hf_hub_download(
                to.repository, FACTS, repo_type=DATASET, revision=revision, local_dir=folder
            )
            found = json.loads(Path(path).read_text(encoding="utf-8"))
        except (RemoteEntryNotFoundError, ValueError):
            return None
    is_ours = isinstance(found, dict) and {"slug", "number", "sha256", "files"} <= found.keys()
    return found if is_ours else None


def _is(release: Folder, facts: Mapping[str, Any] | None) -> bool:
    names = ("slug", "number", "sha256")
    return facts is not None and all(facts[name] == release.facts[name] for name in names)


def _refuse_readers(who: Mapping[str, Any]) -> None:
    token = who.get("auth", {}).get("accessToken", {})
    if token.get("role") == "read":
        raise Forbidden(
            "The token may only read: make one with the right to write "
            "(https://huggingface.co/settings/tokens), and log in with it (`hf auth login`, or HF_TOKEN)."
        )


def _refuse_others(to: Destination, there: There, slug: str) -> None:
    others = sorted(there.files - NOBODYS)
    if to.replace or not others or (there.facts is not None and there.facts["slug"] == slug):
        return
    what = f"releases of {there.facts['slug']}" if there.facts is not None else "something else"
    names = ", ".join(others[:SHOWN]) + (", …" if len(others) > SHOWN else "")
    raise Conflict(
        f"{to.repository} is there and holds {what}: {len(others):,} files ({names}). Name another "
        "repository, or have them deleted there by --replace; earlier commits keep them."
    )


def _refuse_newer(to: Destination, there: There, release: Folder) -> None:
    number = there.facts["number"] if there.facts is not None else 0
    if number > release.number and f"v{release.number}" not in there.tags and not to.replace:
        raise Conflict(
            f"{to.repository} has release {number} already, and would open with the older {release.number}: "
            "say --replace if it is to."
        )


@contextmanager
def _told(to: Destination) -> Iterator[None]:
    """What the Hub and the way to it raise, as a sentence."""
    try:
        yield
    except LocalTokenNotFoundError:
        raise Unusable(
            "The Hub asks for a token, and there is none: run `hf auth login`, or set HF_TOKEN to one with "
            "the right to write (https://huggingface.co/settings/tokens)."
        ) from None
    except OfflineModeIsEnabled as error:
        raise Unusable("HF_HUB_OFFLINE is set, so nothing can be pushed: unset it.") from error
    except (HTTP_ERROR, OSError, RuntimeError, ValueError) as error:
        raise _sentence(error, to) from error


def _sentence(error: BaseException, to: Destination) -> Exception:
    """An upload's error wraps the one that tells why."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, HTTP_ERROR):
        cause = cause.__cause__
    if not isinstance(cause, HfHubHTTPError):
        why = next(iter(str(cause or error).strip().splitlines()), type(cause or error).__name__)
        what = "cannot be reached" if cause is not None or isinstance(error, OSError) else "did not take it"
        return Unusable(f"{constants.ENDPOINT} {what}: {why.rstrip('.')}.")
    status = cause.response.status_code
    if status == 401:
        return Forbidden("The Hub does not take the token: renew it by `hf auth login`, or in HF_TOKEN.")
    if status == 403:
        return Forbidden(
            f"The token may not write to {to.repository}: give it that right "
            "(https://huggingface.co/settings/tokens), or ask whose organisation it is."
        )
    if status == 404:
        return NotFound(
            f"{to.repository} is not on the Hub, or not for this token to see: is its name right, and are "
            "you a member there?"
        )
    said = (cause.server_message or str(cause)).strip().splitlines()[0]
    return Unusable(f"The Hub answered {status}: {said}")
