"""How far small networks recognise digits that are moved, turned, scaled, or paler."""
