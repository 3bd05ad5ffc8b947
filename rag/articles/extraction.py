"""Extraction: what of a web page is the article, and what the page says of it."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.articles.authors import declared_authors, declared_publisher
from rag.types import Metadata

_ACCOUNTS = "\u5fae\u4fe1\u516c\u4f17\u5e73\u53f0"  # the site where WeChat's accounts publish


def extract(raw: str) -> tuple[Metadata, str]:
    """What trafilatura (Barbaresi, 2021) finds in an HTML page: metadata and the text of the article, both empty if it finds none.

    The author, and the publisher of an account's page, are those that the page declares.
    """
    import logging

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    from trafilatura import bare_extraction, load_html

    page = load_html(raw)
    document = bare_extraction(raw, include_comments=False, include_tables=True, with_metadata=True, favor_recall=True)
    if document is None:
        return Metadata(), ""
    found = document if isinstance(document, dict) else document.as_dict()
    fields = {"title": "title", "publisher": "sitename", "author": "author", "date": "date", "url": "url"}
    metadata = Metadata(**{name: str(found[key]) for name, key in fields.items() if found.get(key)})
    if metadata.date and metadata.date.endswith("-01-01") and not _is_new_year(raw, metadata.date[:4]):
        metadata = replace(metadata, date=None)  # guessed from a year alone
    if page is not None:
        if (metadata.publisher or _ACCOUNTS) == _ACCOUNTS:
            metadata = replace(metadata, publisher=declared_publisher(page) or metadata.publisher)
        # Trafilatura keeps only names with a blank in them, and of Chinese ones everything around.
        guess = None if any(c > "\u2e80" for c in metadata.author or "") else metadata.author
        metadata = replace(metadata, author=declared_authors(page, metadata.publisher) or guess)
    return metadata, str(found.get("text") or "")


def _is_new_year(raw: str, year: str) -> bool:
    """Whether the first of January of a year stands in the page."""
    numbers = (
        rf"{year}\s?[-/.\u5e74\ub144]\s?0?1\s?[-/.\u6708\uc6d4]\s?0?1(?!\d)|(?<!\d)0?1[-/.]0?1[-/.]{year}|(?<!\d){year}0101(?!\d)"
    )
    words = rf"(?<!\d)0?1(?:st|er|[.\u00ba\u00aa])?\s+(?:de\s+)?[^\W\d_]{{3,9}}\.?,?\s+(?:de\s+)?{year}|[^\W\d_]{{3,9}}\.?\s+0?1(?:st)?,?\s+{year}"
    return re.search(f"{numbers}|{words}", raw) is not None


__all__ = ["extract"]
