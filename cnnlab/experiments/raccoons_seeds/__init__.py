"""The training of `raccoons` again, with other seeds and with the author's split."""
