"""What is asked: the answers of a setup as questions, whoever asks them."""
