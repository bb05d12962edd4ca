"""Channels of ResNet-50 drawn at random, early, middle and late: how selective, their visualisations and photos."""
