"""What a web page shows as its title: a headline, and behind marks the names of sections and the site."""

from __future__ import annotations

import html
import re

from rag.text.folding import squeeze

_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,500})</title", re.IGNORECASE)
_JOINTS = re.compile(r"\s[-\u2013\u2014]\s|[|_]|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")


def shown_title(raw: str) -> str:
    """The text of the page's `title` element in one line; empty where there is none."""
    declared = _TITLE.search(raw)
    return " ".join(html.unescape(declared[1]).split()) if declared else ""


def title_parts(title: str) -> list[str]:
    """A shown title cut at its marks: the headline or the front of it, and most often sections and the name of the site."""
    return _JOINTS.split(title)


def site_name(title: str, headline: str) -> str | None:
    """The name of 2 to 40 characters that a shown title has behind the headline and a mark."""
    *front, name = map(str.strip, title_parts(title))
    return name if front and title.startswith(headline) and 2 <= len(name) <= 40 else None


def begins_with(title: str, beginning: str) -> bool:
    """Whether a title begins with another text, whatever their case, blanks and punctuation."""
    return squeeze(title).casefold().startswith(squeeze(beginning).casefold())


__all__ = ["begins_with", "shown_title", "site_name", "title_parts"]
