"""The index: passages, vectors, terms, words, letters and speakers of the articles, built, stored, updated and opened."""
