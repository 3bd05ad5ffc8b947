"""Answers: whether there is one, who holds what is asked, what one speaker says, and prompts for language models."""
