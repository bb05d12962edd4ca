"""Gradient norms along residual and plain networks at initialisation."""
