"""Simple CNN with one dense layer, the document's proposal of a cheaper network."""
