"""What is computed: one module per experiment, named after it; each states its options, what it computes and what to
expect.

The modules import no framework until an experiment runs.
"""
