"""Recipes of the raccoon detector, compared on training photos that are set aside."""
