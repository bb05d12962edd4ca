"""cnnlab: convolutional networks from the inside. The code of the report, and the tools that build it.

Importing the package loads nothing else: frameworks are imported where they are used.
"""
