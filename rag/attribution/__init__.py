"""Who said it: direct and reported speech, interviews, mentions and coreference, from an article to its utterances."""
