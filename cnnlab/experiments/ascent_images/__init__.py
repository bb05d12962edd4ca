"""Activation maximisation with blur (Yosinski), and DeepDream."""
