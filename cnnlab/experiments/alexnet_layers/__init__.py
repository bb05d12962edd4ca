"""AlexNet's layers by Lucent's names, and what the handout prints of them."""
