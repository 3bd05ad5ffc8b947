"""Which articles and which index a command works on."""

from __future__ import annotations

from pathlib import Path

DEFAULT_INDEX = Path("index")


def sample() -> Path:
    """The folder of the sample articles that ship with the package."""
    return Path(__file__).parent / "sample"


def default_articles() -> tuple[Path, str]:
    """The folder to index when none is named, and how to call it: ./articles, else ../shared/articles, else the sample."""
    for path in (Path("articles"), Path("../shared/articles")):
        if path.is_dir():
            return path, str(path)
    return sample(), "the sample articles that come with rag"


__all__ = ["DEFAULT_INDEX", "default_articles", "sample"]
