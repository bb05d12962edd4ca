"""Strongest patches of a set projected by deconvnet, nearest training photos, five guesses beside one."""
