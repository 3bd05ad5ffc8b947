"""Sentence encoders: the embedded multilingual USE in numpy, from text to pieces to unit vectors, and any other model."""
