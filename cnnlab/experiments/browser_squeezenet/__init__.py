"""SqueezeNet 1.1 in the reader's browser: its weights in one file of text, and what they change."""
