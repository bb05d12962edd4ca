"""Data sets and trained weights: official sources, digests of files, licences, and how to get what is missing.

`find(NAME)` gives the folder of a data set or the file of weights, checked, and downloads it where it is missing.
"""

from cnnlab.catalog.data import DATA
from cnnlab.catalog.entries import Entry, File, Files, Folder, Shipped
from cnnlab.catalog.locate import Found, State, digests, fetch, find, state
from cnnlab.catalog.weights import WEIGHTS

__all__ = [
    "DATA",
    "WEIGHTS",
    "Entry",
    "File",
    "Files",
    "Folder",
    "Found",
    "Shipped",
    "State",
    "digests",
    "fetch",
    "find",
    "state",
]
