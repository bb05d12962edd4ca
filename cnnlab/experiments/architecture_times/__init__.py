"""Forward time and memory of one photo, networks in turns."""
