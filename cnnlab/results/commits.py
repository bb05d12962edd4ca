"""States of the project's code in git: today's, and those of earlier commits, checked out beside it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import VerificationError, storage


def git(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the project's root. Raises VerificationError where there is no git or no repository."""
    try:
        done = subprocess.run(["git", *words], cwd=paths.project_root(), capture_output=True, check=False)
    except FileNotFoundError:
        raise VerificationError("git is not installed", remedy="install git: earlier code is taken from it") from None
    if b"not a git repository" in done.stderr:
        raise VerificationError(
            f"{paths.project_root()} is not in a git repository", remedy="clone the project: its history is needed"
        )
    if b"dubious ownership" in done.stderr:
        raise VerificationError(f"git refuses this folder: {done.stderr.decode().strip().splitlines()[0]}")
    return done


def committed_head() -> str:
    """The commit of today's code; VerificationError where `cnnlab/` differs from it, since no commit would name it."""
    done = git("status", "--porcelain", "--", "cnnlab")
    if done.returncode:  # nothing printed does not mean a clean tree then
        raise VerificationError(f"git status fails: {done.stderr.decode(errors='replace').strip()}")
    changed = done.stdout.decode().splitlines()
    if changed:
        raise VerificationError(
            f"cnnlab/ has changes that are not committed: {changed[0][3:]}"
            + (f" and {len(changed) - 1} more" if len(changed) > 1 else ""),
            remedy="commit them, then cnnlab verify: an attestation names the commit",
        )
    return git("rev-parse", "--short=7", "HEAD").stdout.decode().strip()


def full_name(commit: str) -> str:
    """The 40 digits of a commit, which may be given as HEAD, a branch or a tag.

    Raises VerificationError for one that git does not have.
    """
    found = git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if found.returncode:
        shallow = git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        raise VerificationError(
            f"commit {commit!r} is not in the history of this clone",
            remedy="git fetch --unshallow" if shallow else "name another with --against, or compute the result again",
        )
    return found.stdout.decode().strip()


def checked_out(commit: str) -> Path:
    """A folder with the files of a commit, made once. Raises VerificationError for a commit that git does not have."""
    sha = full_name(commit)
    folder = paths.project_cache() / "commits" / sha[:12]
    with paths.lock("commits"):
        if not folder.is_dir():
            extract(sha, folder)
    return folder


def extract(sha: str, folder: Path) -> None:
    """Put the files of a commit into a folder: whole, or not at all."""
    archived = git("archive", sha)
    if archived.returncode:
        raise VerificationError(f"git archive {sha[:7]}: {archived.stderr.decode().strip()}")
    with storage(folder):
        for left_over in folder.parent.glob(".*"):  # by a process that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        beside = folder.with_name(f".{folder.name}-{os.getpid()}")
        try:
            with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as archive:
                archive.extractall(beside, filter="data")
            os.rename(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
