"""Gold questions, runs and attributions scored against them, and reports of it."""
