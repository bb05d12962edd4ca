"""Four photos classified by ResNet-50 with the published weights of ImageNet."""
