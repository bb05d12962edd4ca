"""All 60,000 pictures of CIFAR-10, packed as the catalogue's variant "all pictures"."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from cnnlab.data.cifar10 import CLASS_NAMES, INDEX, SPLITS
from cnnlab.data.folders import image_folder, picture_files

SOURCE = "github.com/cyizhuo/CIFAR-10-dataset, commit a828d74f"


def pack(pictures: Path, out: Path) -> None:
    """Write `train.npy`, `test.npy` (n, 32, 32, 3), uint8, and `index.json`: the same bytes of the same pictures.

    pictures: a folder with SPLIT/CLASS/NAME.png, as SOURCE has them.

    Raises: DataError for a class or a picture that is missing or cannot be read.
    """
    index: dict[str, list[str]] = {}
    for split in SPLITS:
        images, _ = image_folder(pictures / split)
        np.save(out / f"{split}.npy", np.ascontiguousarray(np.moveaxis(images.images, 1, 3)))
        files = picture_files(pictures / split)
        index |= {f"{split}_{name}": [path.name for path in files[name]] for name in CLASS_NAMES}
    (out / INDEX).write_text(json.dumps(index), encoding="utf-8")
