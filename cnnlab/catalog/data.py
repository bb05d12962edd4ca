"""The data sets. A compact variant lies below CNNLAB_DATA; the official one is downloaded whole and kept unchanged."""

from __future__ import annotations

from cnnlab.catalog.entries import Entry, File, Files, Folder, Photos, Shipped
from cnnlab.words import text

IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
OXFORD = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"
RACCOON = "https://raw.githubusercontent.com/datitran/raccoon_dataset/93938849301895fb73909842ba04af9b602f677a/"
HANDOUT = "https://raw.githubusercontent.com/bing0037/Raccoon_dataset/7c439029f47a20fb2129b96549854a8347f2d1c4/"
COCO = "http://images.cocodataset.org/"
PETS = "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"


def idx_files(base: str, md5: tuple[str, ...], megabytes: tuple[float, ...]) -> tuple[File, ...]:
    """The four files of MNIST or Fashion-MNIST, with the MD5 that torchvision publishes."""
    return tuple(
        File(f"{name}.gz", f"md5:{digest}", f"{base}{name}.gz", size)
        for name, digest, size in zip(IDX, md5, megabytes, strict=True)
    )


FASHION = idx_files(
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    (
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
    (26.42, 0.03, 4.42, 0.01),
)
# Debian packs the same files anew, without their names: other bytes of the same content.
FASHION_DEBIAN = tuple(
    File(file.path, f"sha256:{digest}", megabytes=file.megabytes)
    for file, digest in zip(
        FASHION,
        (
            "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
            "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
            "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
            "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
        ),
        strict=True,
    )
)

ENTRIES = (
    Entry(
        "data",
        "flowers102",
        text(es="Oxford 102 Flowers: 8189 fotos de 102 especies", en="Oxford 102 Flowers: 8,189 photos of 102 species"),
        (
            Folder("full size", "flowers102_full"),
            Folder("compact", "flowers102"),
            Files(
                "official",
                (
                    File("102flowers.tgz", "md5:52808999861908f626f3c1f4e79d11fa", f"{OXFORD}102flowers.tgz", 344.9),
                    File("imagelabels.mat", "md5:e0620be6f572b9609742df49c70aed4d", f"{OXFORD}imagelabels.mat", 0.01),
                    File("setid.mat", "md5:a5357ecc9cb78c4bef273ce3793fc85c", f"{OXFORD}setid.mat", 0.01),
                ),
            ),
        ),
        text(es="no la indica", en="not stated"),
        ("nilsback2008",),
    ),
    Entry(
        "data",
        "raccoon",
        text(es="Mapaches: 200 fotos, 217 cajas", en="Raccoons: 200 photos, 217 boxes"),
        (
            Folder("compact", "raccoon"),
            Files(
                "official",
                (
                    File(
                        "train_labels.csv",
                        "sha256:64a37eda7571d9874bff53497e3b7f9cc49f576739f53de73573be6bf0d548ba",
                        f"{RACCOON}data/train_labels.csv",
                        0.01,
                    ),
                    File(
                        "test_labels.csv",
                        "sha256:cd17c00ef8e7fd167531e8e5d7085b40cdff226819a327ec2557f74e3bad25c2",
                        f"{RACCOON}data/test_labels.csv",
                        0.01,
                    ),
                    File(
                        "raccoon_train_data.txt",
                        "sha256:df963acbc517a1a48cc85c8d62068473f519aadfc9bf88f20c8cc6805f9d3eb0",
                        f"{HANDOUT}raccoon_train_data.txt",
                        0.01,
                    ),
                    File(
                        "raccoon_test_data.txt",
                        "sha256:9e6e2ee8c434ea79fd48017cc371a4426f78f1c5d0245d5a2a412e1f3e208fbf",
                        f"{HANDOUT}raccoon_test_data.txt",
                        0.01,
                    ),
                ),
                Photos("raccoon", RACCOON),
            ),
        ),
        text(es="MIT; fotos de Google y Pixabay", en="MIT; photos from Google and Pixabay"),
        ("raccoon2017",),
    ),
    Entry(
        "data",
        "coco",
        text(es="COCO val2017: 47 fotos, 469 cajas", en="COCO val2017: 47 photos, 469 boxes"),
        (
            Folder("compact", "coco"),
            Files(
                "official",
                (
                    File(
                        "annotations_trainval2017.zip",
                        "sha256:113a836d90195ee1f884e704da6304dfaaecff1f023f49b6ca93c4aaae470268",
                        f"{COCO}annotations/annotations_trainval2017.zip",
                        252.9,
                    ),
                ),
                Photos("coco", f"{COCO}val2017/", folder="images/"),
            ),
        ),
        text(es="CC BY 2.0 y CC BY-SA 2.0, según la foto", en="CC BY 2.0 and CC BY-SA 2.0, each photo its own"),
        ("coco",),
    ),
    Entry(
        "data",
        "cifar10",
        text(es="CIFAR-10: 60\u202f000 imágenes de 10 clases", en="CIFAR-10: 60,000 pictures of 10 classes"),
        (
            Folder("all pictures", "cifar10_full"),
            Folder("compact", "cifar10"),
            Files(
                "official",
                (
                    File(
                        "cifar-10-python.tar.gz",
                        "md5:c58f30108f718f92721af3b95e74349a",
                        "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                        170.5,
                    ),
                ),
            ),
        ),
        text(es="no la indica", en="not stated"),
        ("krizhevsky2009",),
    ),
    Entry(
        "data",
        "mnist",
        text(es="MNIST: 70\u202f000 dígitos", en="MNIST: 70,000 digits"),
        (
            Folder("compact", "mnist"),
            Files(
                "official",
                idx_files(
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    (
                        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                        "d53e105ee54ea40749a09fcbcd1e9432",
                        "9fb629c4189551a2d022fa330f9573f3",
                        "ec29112dd5afa0611ce80d1b7f02629c",
                    ),
                    (9.91, 0.03, 1.65, 0.01),
                ),
            ),
        ),
        text(es="no la indica", en="not stated"),
        ("lecun1998",),
    ),
    Entry(
        "data",
        "fashion_mnist",
        text(es="Fashion-MNIST: 70\u202f000 imágenes de ropa", en="Fashion-MNIST: 70,000 pictures of clothes"),
        (
            Shipped("debian", "/usr/share/datasets/fashion-mnist", FASHION_DEBIAN, "apt install dataset-fashion-mnist"),
            Files("official", FASHION),
        ),
        text(es="MIT", en="MIT"),
        ("xiao2017",),
    ),
    Entry(
        "data",
        "hymenoptera",
        text(es="Hormigas y abejas: 397 fotos", en="Ants and bees: 397 photos"),
        (
            Folder("compact", "hymenoptera"),
            Files(
                "official",
                (
                    File(
                        "hymenoptera_data.zip",
                        "sha256:fbc41b31d544714d18dd1230b1e2b455e1557766e13e67f9f5a7a23af7c02209",
                        "https://download.pytorch.org/tutorial/hymenoptera_data.zip",
                        47.3,
                    ),
                ),
            ),
        ),
        text(es="investigación y docencia sin fines comerciales", en="non-commercial research and education"),
        ("russakovsky2015", "chilamkurthy2017"),
    ),
    Entry(
        "data",
        "catsdogs",
        text(
            es="Gatos y perros: 25\u202f000 fotos (1400 en la forma compacta)",
            en="Cats and dogs: 25,000 photos (compact: 1,400)",
        ),
        (
            Folder("compact", "catsdogs"),
            Files(
                "official",
                (
                    File(
                        "kagglecatsanddogs_5340.zip",
                        "sha256:b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
                        f"{PETS}kagglecatsanddogs_5340.zip",
                        824.9,
                    ),
                ),
            ),
        ),
        text(es="condiciones de Microsoft para las fotos de Asirra", en="Microsoft's terms for the Asirra photos"),
        ("elson2007",),
    ),
)
DATA = {entry.name: entry for entry in ENTRIES}
