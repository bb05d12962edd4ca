"""Layers of L3's network drawn anew, on digits."""
