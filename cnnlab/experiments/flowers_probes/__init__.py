"""Linear probes of the frozen ResNet-50 in closed form: which layers, sizes and penalty, chosen on validation."""
