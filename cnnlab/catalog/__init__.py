"""Data sets and weights: where each comes from, how to know the right one, what to do when it is missing."""

from cnnlab.catalog.data import DATA
from cnnlab.catalog.entries import Entry, File, Files, Folder, Shipped
from cnnlab.catalog.locate import Found, State, digests, fetch, find, state
from cnnlab.catalog.weights import WEIGHTS

__all__ = [
    "DATA",
    "WEIGHTS",
    "Files",
    "Entry",
    "File",
    "Folder",
    "Found",
    "Shipped",
    "State",
    "digests",
    "fetch",
    "find",
    "state",
]
