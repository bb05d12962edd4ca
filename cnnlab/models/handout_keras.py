"""The first layers and blocks of the handout, completed where it says `complete el codigo` and otherwise as printed.

Source: the assignment, part 1. Only the gaps are filled, on the lines marked with an arrow; the names, the padding, the
argument names and the four calls are its own, errors included, so that running it shows where it differs from table 1
of the paper:

- convolution and pooling take Keras's default padding ("valid"): 224 → 109 → 54, where the table has 112 and 56;
- it calls four blocks where conv2_x has three;
- the calls pass (1, 1), (1, 2), … to (block, stage): the names say stages 1 to 4 of block 1, not the reverse;
- the shortcut's projection has no batch normalisation.

Chapter: a03-primera-etapa.
"""

import keras
from keras.layers import Activation, Add, BatchNormalization, Conv2D, Input, MaxPooling2D


def identity_block(input, filters, block, stage):
    """A bottleneck: (batch, h, w, c) to (batch, h, w, filters[2])."""
    name = f"block_{block}_stage_{stage}"

    f1, f2, f3 = filters

    x = Conv2D(f1, (1, 1), name="conv1_" + name)(input)  # ←
    x = BatchNormalization(name="bn1_" + name)(x)
    x = Activation("relu")(x)

    x = Conv2D(f2, (3, 3), padding="same", name="conv2_" + name)(x)  # ←
    x = BatchNormalization(name="bn2_" + name)(x)
    x = Activation("relu")(x)

    x = Conv2D(f3, (1, 1), name="conv3_" + name)(x)  # ←
    x = BatchNormalization(name="bn3_" + name)(x)
    if input.shape[-1] != f3:  # ←
        input = Conv2D(f3, (1, 1), name="shortcut_" + name)(input)  # ←

    x = Add()([x, input])
    x = Activation("relu")(x)

    return x


def build_handout() -> keras.Model:
    """The handout's layers up to the end of its first stage.

    (batch, 224, 224, 3) in, (batch, 54, 54, 256) out.
    """
    picture = x = Input(shape=(224, 224, 3))
    x = Conv2D(64, (7, 7), strides=(2, 2), name="conv1")(x)
    x = BatchNormalization(name="bn_conv1")(x)
    x = Activation("relu")(x)
    x = MaxPooling2D((3, 3), strides=(2, 2))(x)

    x = identity_block(x, [64, 64, 256], 1, 1)
    x = identity_block(x, [64, 64, 256], 1, 2)
    x = identity_block(x, [64, 64, 256], 1, 3)
    x = identity_block(x, [64, 64, 256], 1, 4)
    return keras.Model(picture, x, name="handout")
