"""The head of document 002 on frozen ResNet-50 and SqueezeNet, for cats and dogs."""
