"""All 60,000 pictures of CIFAR-10, packed as the catalogue's variant "all pictures"."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from cnnlab.data.cifar10 import CLASS_NAMES, INDEX, SIDE, SPLITS
from cnnlab.data.folders import image_folder, picture_files
from cnnlab.errors import DataError, storage

SOURCE = "github.com/cyizhuo/CIFAR-10-dataset, commit a828d74f"


def pack(pictures: Path, out: Path) -> None:
    """Write `train.npy`, `test.npy` (n, 32, 32, 3), uint8, and `index.json`: the same bytes of the same pictures.

    pictures: a folder with SPLIT/CLASS/NAME.png, as SOURCE has them. out: a folder, made where it is missing.

    Raises: DataError for a class or a picture that is missing, is none of the data set or cannot be read; StorageError.
    """
    index: dict[str, list[str]] = {}
    with storage(out):
        out.mkdir(parents=True, exist_ok=True)
        for split in SPLITS:
            images, names = image_folder(pictures / split)
            if names != CLASS_NAMES or images.images.shape[1:] != (3, SIDE, SIDE):
                what = f"{pictures / split} holds {', '.join(names)}, pictures of {images.images.shape[1:]}"
                raise DataError(what, allowed=f"{', '.join(CLASS_NAMES)}, pictures of {(3, SIDE, SIDE)}")
            np.save(out / f"{split}.npy", np.ascontiguousarray(np.moveaxis(images.images, 1, 3)))
            files = picture_files(pictures / split)
            index |= {f"{split}_{name}": [path.name for path in files[name]] for name in CLASS_NAMES}
        (out / INDEX).write_text(json.dumps(index), encoding="utf-8")
