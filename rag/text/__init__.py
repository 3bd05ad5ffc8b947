"""Plain text in any language: cleaned and folded, its scripts, sentences, words, numbers, dates, and words of asking and saying."""
