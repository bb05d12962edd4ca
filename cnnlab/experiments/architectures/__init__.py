"""Accuracy, parameters and multiply-adds of every network for classification that torchvision has."""
