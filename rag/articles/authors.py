"""Who wrote an article: as the head of a web page declares it (JSON-LD, and the `meta` elements of Open Graph, Highwire, Dublin
Core and HTML), and as a line below a headline is signed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rag.articles.outlets import PAPERS
from rag.text.folding import narrow
from rag.text.particles import PARTICLES

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What a `meta` element calls the author, those first that name people most carefully.
_NAMES = (
    ("citation_author", "citation_authors"),
    ("article:author", "og:article:author", "og:author"),
    ("author", "authors"),
    ("dc.creator", "dc:creator", "dcterms.creator", "dcterms:creator", "dc.contributor.author"),
    ("byl", "parsely-author", "sailthru.author", "shareaholic:article_author_name", "article_author", "twitter:data1:author"),
)
_WRITINGS = re.compile(r"(?:Article|Posting|Report|WebPage|CreativeWork|Book|Thesis)$")
_APART = re.compile(r"\s*(?:[;|/&\n]|\u3001|\s(?:and|und|et|y)\s)\s*")
_LEAD = re.compile(
    r"(?:(?:by|author|written by|text)\b\s*:?\s*|(?:(?:\u672c\u62a5|\u672c\u5831|\u672c\u520a|\u7279\u7ea6|\u7279\u7d04)?(?:\u8bb0\u8005|\u8a18\u8005)|\u4f5c\u8005|\u64b0\u6587|\u64b0\u7a3f|\u6587\u5b57|\u6587(?=\s*[:|/]))\s*[:|/]?\s*)+",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:admin\w*|root|web ?master|editor(?:ial)?(?: (?:team|staff|office))?|staff(?: writer)?|author|user|guest|unknown|none|null|undefined|n/?a|anonymous|test|"
    r"\u4f5a\u540d|\u533f\u540d|\u672a\u77e5|\u7ba1\u7406\u5458|\u7ba1\u7406\u54e1|\u5c0f\u7f16|\u5c0f\u7de8|\u7f16\u8f91|\u7de8\u8f2f|\u7f16\u8f91\u90e8|\u7de8\u8f2f\u90e8|\u7f51\u7edc|\u7db2\u8def|\u539f\u521b|\u539f\u5275|\u4f5c\u8005|\u8bb0\u8005|\u8a18\u8005)",
    re.IGNORECASE,
)
# Those who sign for nobody in particular, by the word that ends or begins their name.
_STAFF = re.compile(
    r"(?:(?:our|the|a|an)\s)?(?:[\w.'-]+\s){0,3}(?:staff|reporters?|writers?|correspondents?|newsroom|desk|agency|agencies|team|wires?|wire services)"
    r"|(?:staff|agency|wire|newsroom|news desk)\b.*|(?:unserer?|unserem|der|die|la|de la|notre|nuestra|della|da|a|de|onze)?\s?"
    r"(?:redaktion\w*|r[ée]daction|redacci[oó]n|redazione|reda[cç][aã]o|redactie|redakcja|redakcji|редакция|редакции)\b.*",
    re.IGNORECASE,
)
# What a signed line begins with, besides English, where it takes no capital to tell it from a sentence.
_SIGNED = re.compile(
    r"(?:(?:von|par|por|di|a cura di|door|av|af|przez|yazan)|(?:text|texte|texto|testo|tekst|текст|autor(?:in|a)?|auteur|autrice|autore|автор|yazar|tekst|skribent)\s*:)\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_BETWEEN = frozenset("und et y e en och og i и & and ve".split())
_MOST, _LONGEST = 20, 60  # names, and characters of one


def declared_authors(page: HtmlElement, publisher: str | None = None) -> str | None:
    """The names of those who wrote a page, "; " between them, from the first declaration that names anybody; else None.

    Addresses, handles, the accounts of content management systems, single Latin words, which mostly are such accounts, and
    the names of the publisher and of the site, as the page's title ends with it, are no authors. Names stay as they are written.
    """
    metas: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        metas.setdefault(name.strip().lower(), []).append(element.get("content") or "")
    site = {
        part.strip().casefold()
        for part in re.split(
            r"[_|]|\s[-\u2013\u2014]\s|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])", page.findtext(".//title") or ""
        )[1:]
    } | {(publisher or "").casefold()}
    scripts = [e.text or "" for e in page.iter("script") if (e.get("type") or "").strip().lower() == "application/ld+json"]
    for declared in (list(_linked(scripts)), *([text for name in names for text in metas.get(name, ())] for names in _NAMES)):
        found = [name for name in _people(declared) if not any(part.startswith(name.casefold()) for part in site)]
        if found:
            return "; ".join(dict.fromkeys(found[:_MOST]))
    return None


def declared_publisher(page: HtmlElement) -> str | None:
    """The account or the source that an element of the page is called by its attributes; None where none is short enough."""
    for element in page.iter("a", "div", "em", "span", "strong"):
        words = set(re.findall(r"[a-z]+", f"{element.get('id') or ''} {element.get('class') or ''}".lower()))
        if element.get("id") == "js_name" or words & {"nickname", "source"}:
            text = re.sub(
                r"^(?:\u6765\u6e90|\u4f86\u6e90|source)\s*[:\uff1a]\s*",
                "",
                " ".join(element.text_content().split()),
                flags=re.IGNORECASE,
            )
            if 2 <= len(text) <= 30 and not re.search(r"\d{3}|https?:", text):
                return text
    return None


def signed(line: str) -> str | None:
    """The names that a line such as "Von Mara Lind und Jo Weller, Kiel" is signed with, as they stand there.

    "" where it is signed by a newsroom; None where it is not signed. English lines are not looked at.
    """
    match = _SIGNED.match(line[:300].strip())
    if not match:
        return None
    if _STAFF.fullmatch(match["rest"].rstrip(" .")):
        return ""
    names = re.match(
        r"[^,;|/()\u00b7\u2022\u2013\u2014\d]+?(?=$|\s*[,;|/()\u00b7\u2022\u2013\u2014]|\s-\s|\s+(?:in|aus|à|en|a|da|w|в)\s+[^\W\d_]+\s*$)",
        match["rest"],
    )
    return names[0] if names and is_name(names[0]) else None


def is_name(text: str) -> bool:
    """Whether the words could be the full names of people: two to eight of them in capitals, and nothing else but particles."""
    words = text.split()
    capitals = [word for word in words if word[0].isupper()]
    fits = all(re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’.-])*", word) for word in words if word != "&")
    return (
        fits
        and 2 <= len(capitals) <= 8
        and words[0].lower() not in PAPERS
        and all(w[0].isupper() or w in _BETWEEN or w in PARTICLES for w in words)
        and words[-1][0].isupper()
    )


def is_staff(name: str) -> bool:
    """Whether the words stand for a newsroom or its reporters at large, "staff reporters", rather than for people by name."""
    return _STAFF.fullmatch(name) is not None


def _people(declared: Iterable[str]) -> Iterator[str]:
    for text in declared:
        parts = _APART.split(text.strip()) if not re.match(r"\s*https?:", text) else []
        for part in parts:
            names = re.split(r"\s*[,\uff0c]\s*", part)
            # "Lind, Mara" is one name, "Mara Lind, Jo Weller" are two.
            yield from filter(None, map(_name, names if all(" " in n or not n.isascii() for n in names) else [part]))


def _name(text: str) -> str | None:
    """The name in a text, without what stands before it; None where it is nobody's."""
    lead = _LEAD.match(narrow(text))
    name = " ".join(text[lead.end() if lead else 0 :].split()).strip(" ,.:-\u00b7\u2022\uff1a")
    if not name or len(name) > _LONGEST or _NOBODY.fullmatch(name) or is_staff(name) or re.search(r"://|@|^www\.|<", name):
        return None
    letters = [c for c in name if c.isalpha()]
    latin = all(c < "\u0250" for c in letters)
    return None if len(letters) < 2 or latin and " " not in name else name


def _linked(scripts: Iterable[str]) -> Iterator[str]:
    """The names of the people who JSON-LD says are authors of a text."""
    for script in scripts:
        try:
            nodes = list(_nodes(json.loads(script), 0))
        except (ValueError, RecursionError):
            continue
        by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
        for node in nodes:
            if any(_WRITINGS.search(kind) for kind in _listed(node.get("@type")) if isinstance(kind, str)):
                for author in _listed(node.get("author")):
                    yield from _named(author, by_id)


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    for node in _listed(value):
        if isinstance(node, dict) and depth < 5:
            yield node
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
                yield from _nodes(node.get(key), depth + 1)


def _named(author: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    if isinstance(author, dict):
        author = {**by_id.get(str(author.get("@id")), {}), **author}
        if "Organization" in _listed(author.get("@type")):
            return
        names = _listed(author.get("name")) or [" ".join(str(author.get(key, "")) for key in ("givenName", "familyName"))]
        yield from (name for name in names if isinstance(name, str))
    elif isinstance(author, str):
        yield author


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


__all__ = ["declared_authors", "declared_publisher", "is_name", "is_staff", "signed"]
