"""Nine channels of ResNet-50, early, middle and late: their feature visualisations, and the strongest patches."""
