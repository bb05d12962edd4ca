"""From the tree to paper: Typst and the PDF."""
