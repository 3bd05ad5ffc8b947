"""From a question to ranked passages: bridges between languages, legs of evidence, coverage, absent names, reranking."""
