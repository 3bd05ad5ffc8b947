"""A conversation with the articles: follow-up questions, pronouns, what is left out, and the speakers a question names."""
