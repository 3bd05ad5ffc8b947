"""Ask questions of a folder of articles and get cited, verbatim passages."""

__version__ = "0.1.0"
__all__ = ["__version__"]
