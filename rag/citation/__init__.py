"""Citations, and where a quote stands: opening, locating and verifying them, and their forms in other programs."""
