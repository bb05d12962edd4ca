"""What a network sees: channels made visible, layers compared, photos that activate a channel."""
