"""Cells: how they are run, and what they show."""
