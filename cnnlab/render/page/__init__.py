"""From the tree to pages: HTML, the frame around a text, the site."""
