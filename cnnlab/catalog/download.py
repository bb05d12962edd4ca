"""Downloads, by pooch: into a temporary folder, checked there, then renamed in one step."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from cnnlab import paths
from cnnlab.catalog.entries import PAGE, Entry, File, Files
from cnnlab.errors import DownloadError, storage

MANY = 6  # from this number of files on there is one bar for all, not one for each
SECONDS = 30  # without an answer


def download(entry: Entry, variant: Files, folder: Path) -> None:
    """Download a variant of an entry into `folder`; after a failure no file of it is left.

    Raises DownloadError, StorageError.
    """
    from tqdm import tqdm

    aside = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    many, terminal = len(variant.files) >= MANY, sys.stderr.isatty()
    host = urlsplit(variant.files[0].url or "").hostname
    print(f"fetching {entry.name} ({entry.title.show('en')}) from {host or 'its source'}", file=sys.stderr)
    with storage(folder):
        try:
            aside.mkdir(parents=True)
            for file in tqdm(variant.files, desc=entry.name, disable=not (many and terminal), leave=False):
                retrieve(file, aside, entry.remedy, bar=terminal and not many)
            paths.replace_folder(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def retrieve(file: File, folder: Path, remedy: str, bar: bool) -> None:
    """Download one file into `folder` and check its digest. Raises DownloadError."""
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    downloader = pooch.HTTPDownloader(progressbar=bar, timeout=SECONDS)
    try:
        pooch.retrieve(file.url, known_hash=None, fname=target.name, path=target.parent, downloader=downloader)
    except requests.HTTPError as error:
        answer = f"{error.response.status_code} {error.response.reason}" if error.response is not None else error
        raise DownloadError(f"{file.url}: the host answers {answer}", remedy=remedy) from error
    except requests.Timeout as error:
        raise DownloadError(f"{file.url}: no answer in {SECONDS} s", remedy=remedy) from error
    except requests.ConnectionError as error:
        raise DownloadError(f"{file.url}: the host cannot be reached, or broke off", remedy=remedy) from error
    except requests.RequestException as error:
        raise DownloadError(f"{file.url}: {error}", remedy=remedy) from error
    with target.open("rb") as content:
        if content.read(512).lstrip().lower().startswith(PAGE):
            raise DownloadError(f"{file.url}: the host sent a web page instead of the file", remedy=remedy)
    problem = file.problem(target)
    if problem:
        raise DownloadError(f"{file.url}: what came is not the file that was asked for: {problem}", remedy=remedy)
