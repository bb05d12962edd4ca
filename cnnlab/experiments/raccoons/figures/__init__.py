"""Figures of `raccoons`: the training by epoch, precision by recall, the test photos, and false alarms."""
