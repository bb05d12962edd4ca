"""Maps of the layers of Simple CNN."""
