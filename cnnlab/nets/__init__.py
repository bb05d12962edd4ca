"""Networks, one architecture a file, each with its paper and where it departs from it.

A module named `*_keras` or `*_torch` imports that framework when it is imported; this package itself imports none.
"""
