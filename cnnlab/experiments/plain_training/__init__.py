"""Training curves of plain and residual networks of two depths."""
