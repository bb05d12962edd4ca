"""A cheaper network than the document's proposal, on MNIST."""
