"""ResNet-18 trained on the 1,020 flowers from random weights."""
