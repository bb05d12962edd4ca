"""ResNet-18, 34, 50, 101 and 152 in Keras, built from the specification of table 1 of the paper.

Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016: table 1 (depths),
figure 5 (the two kinds of block), section 3.3 (projection where the size changes) and section 3.4 (batch normalisation
after each convolution, before the activation).

Names, shapes and the order of the layers are those of `keras.applications.ResNet50`, so that its weights fit. Like it
and unlike the paper, convolutions carry a bias (redundant before a batch normalisation: 26,560 numbers in ResNet-50). A
3×3 convolution of stride 2 pads as TensorFlow's "same" does, below and at the right; torchvision pads all round.

Chapters: a04-etapas, a06-red.
"""

from numbers import Integral

import keras
from keras import layers

from cnnlab.errors import OptionError

# Table 1: the kind of block, and how many of them in conv2_x, conv3_x, conv4_x and conv5_x.
SPECIFICATION = {
    18: ("basic", (2, 2, 2, 2)),
    34: ("basic", (3, 4, 6, 3)),
    50: ("bottleneck", (3, 4, 6, 3)),
    101: ("bottleneck", (3, 4, 23, 3)),
    152: ("bottleneck", (3, 8, 36, 3)),
}
WIDTHS = (64, 128, 256, 512)  # channels of the 3×3, conv2_x … conv5_x
EXPANSION = 4  # a bottleneck ends with four times as many channels


def block_convolutions(
    kind: str,
    width: int,
    stride: int = 1,
    stride_in: str = "1x1",
) -> list[tuple[int, int, int]]:
    """Convolutions of a block: (channels, side of the kernel, stride).

    kind: "basic" (18 and 34 layers) or "bottleneck" (50 and more).
    stride: 2 in the first block of conv3_x … conv5_x. stride_in: which
    convolution of a bottleneck takes the stride, "1x1" (the paper and
    Keras) or "3x3" (torchvision).
    """
    if kind == "basic":
        return [(width, 3, stride), (width, 3, 1)]
    first, second = (stride, 1) if stride_in == "1x1" else (1, stride)
    return [
        (width, 1, first),
        (width, 3, second),
        (EXPANSION * width, 1, 1),
    ]


def residual_block(
    x,
    convolutions: list[tuple[int, int, int]],
    *,
    name: str,
    shortcut: bool = True,
    init="he_normal",
):
    """The tensor ReLU(F(x) + x): figure 5 of He et al. (CVPR 2016).

    x: (batch, h, w, c); returned: (batch, ⌈h / s⌉, ⌈w / s⌉, channels),
    s the stride of F and channels those of its last convolution.
    convolutions: those of F, as (channels, side of the kernel, stride);
    each is followed by batch normalisation, all but the last by ReLU.
    Where F changes the shape, x is projected by a 1×1 convolution of the
    same stride with its normalisation (section 3.3, option B).
    shortcut: False leaves ReLU(F(x)), the plain network. name: how the
    names of its layers begin; init: how its kernels start, as Keras names
    it. Keras raises ValueError for sides or strides below 1.
    """

    def convolve(x, part, channels, side, stride):
        label = f"{name}_{part}"
        start = dict(kernel_initializer=init, name=f"{label}_conv")
        x = layers.Conv2D(channels, side, stride, "same", **start)(x)
        return layers.BatchNormalization(
            epsilon=1.001e-5,
            name=f"{label}_bn",
        )(x)

    channels, stride = (
        convolutions[-1][0],
        max(s for _, _, s in convolutions),
    )
    kept = x
    if shortcut and (stride, channels) != (1, x.shape[-1]):
        kept = convolve(x, 0, channels, 1, stride)
    for part, convolution in enumerate(convolutions, start=1):
        x = convolve(x, part, *convolution)
        if part < len(convolutions):
            x = layers.Activation("relu", name=f"{name}_{part}_relu")(x)
    if shortcut:
        x = layers.Add(name=f"{name}_add")([kept, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def residual_stages(
    x,
    depth: int,
    *,
    stride_in: str = "1x1",
    shortcuts: bool = True,
    init="he_normal",
):
    """The tensor after conv2_x … conv5_x: He et al. (CVPR 2016), table 1.

    x: (batch, h, w, 64), what the max pooling gives; returned:
    (batch, ⌈h / 8⌉, ⌈w / 8⌉, channels), 512 channels with basic blocks and
    2048 with bottlenecks. The first block of a stage halves the sides, but
    for conv2_x. depth: a key of SPECIFICATION. The rest: see
    `block_convolutions` and `build_resnet`.
    """
    kind, repeats = SPECIFICATION[depth]
    stages = zip(WIDTHS, repeats, strict=True)
    for stage, (width, count) in enumerate(stages, start=2):
        for block in range(1, count + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            x = residual_block(
                x,
                block_convolutions(kind, width, stride, stride_in),
                name=f"conv{stage}_block{block}",
                shortcut=shortcuts,
                init=init,
            )
    return x


def build_resnet(
    depth: int,
    *,
    classes: int = 1000,
    input_size: int = 224,
    stride_in: str = "1x1",
    shortcuts: bool = True,
    init="he_normal",
    activation: str | None = "softmax",
) -> keras.Model:
    """The network of `depth` layers of table 1 of He et al. (CVPR 2016).

    Pictures (batch, side, side, 3), prepared as its weights ask, in;
    probabilities (batch, classes), which add up to 1, out.
    depth: 18, 34, 50, 101 or 152. input_size: the side in pixels, a
    multiple of 32. stride_in: see `block_convolutions`. shortcuts: False
    for the plain network of the same layers. init: how kernels start,
    He's normal as in the paper, or another that Keras names. activation:
    None leaves the logits. Weights are random;
    `cnnlab.models.weights_keras` loads trained ones. Raises OptionError
    for a depth, classes, input_size or stride_in that is not one of these.
    """
    _check(depth, classes, input_size, stride_in)
    picture = x = keras.Input((input_size, input_size, 3))
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    start = dict(kernel_initializer=init, name="conv1_conv")
    x = layers.Conv2D(64, 7, strides=2, **start)(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    x = residual_stages(
        x,
        depth,
        stride_in=stride_in,
        shortcuts=shortcuts,
        init=init,
    )
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dense(classes, activation=activation, name="predictions")(x)
    return keras.Model(picture, x, name=f"resnet{depth}")


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _check(depth: int, classes: int, input_size: int, stride_in: str) -> None:
    if not _whole(depth) or depth not in SPECIFICATION:
        raise OptionError(
            f"depth={depth!r}",
            allowed=", ".join(map(str, SPECIFICATION)),
            remedy="choose a depth of table 1",
        )
    if not _whole(classes) or classes < 1:
        raise OptionError(
            f"classes={classes!r}",
            allowed="a whole number, 1 or more",
            remedy="give the number of classes",
        )
    if not _whole(input_size) or input_size < 32 or input_size % 32:
        raise OptionError(
            f"input_size={input_size!r}",
            allowed="multiples of 32, which the network halves five times",
            remedy="give the side of the pictures in pixels, such as 224",
        )
    if not isinstance(stride_in, str) or stride_in not in ("1x1", "3x3"):
        raise OptionError(
            f"stride_in={stride_in!r}",
            allowed="1x1, 3x3",
            remedy="name the convolution of the bottleneck that takes the stride",
        )
