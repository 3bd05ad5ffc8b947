"""Headlines, and what stands above them: menus, mastheads, sections, notes of the newsroom, what kind of text it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.bylines import is_byline, is_date_alone, is_date_line, is_signature
from rag.articles.furniture import is_furniture
from rag.articles.outlets import dateline, has_an_article, may_be_a_name, names_outlet, reads_as_masthead
from rag.text.dates import undated
from rag.text.lines import CLOSERS, Line, ends_sentence, is_list_item, is_wide
from rag.types import Role

_OPENERS = "“‘「『\"'"
# What stands above a headline and is none: what kind of text it is, and what the newsroom has to say of it.
_KIND = (
    r"(?:press|news|media) (?:release|statement|notice)|(?:for )?immediate release|embargoed(?: until .{1,40})?|exclusive|breaking(?: news)?|live|just in|"
    r"(?:the )?(?:long|big) reads?|longreads?|special report|in[- ]depth|first person|photo essay|explainer|q ?& ?a|"
    r"communiqué(?: de presse)?|pressemitteilung|presseinformation|medienmitteilung|eilmeldung|exklusiv|nota de prensa|comunicado(?: de (?:prensa|imprensa))?|"
    r"comunicato(?: stampa)?|persbericht|informacja prasowa|komunikat prasowy|пресс-релиз|basın bülteni|pressmeddelande|新闻稿|新聞稿|プレスリリース"
)
_KIND_LINE = re.compile(rf"\W*(?:{_KIND})(?:[\s|/:\u2013\u2014-]+(?:{_KIND})){{0,3}}\W*", re.IGNORECASE)
_NOTE = re.compile(
    r"[\[(*]?(?:editor(?:['’]?s|s['’])? note|editorial note|note (?:to|from) (?:the )?(?:editors?|readers?)|correction|clarification|anmerkung der redaktion|"
    r"hinweis der redaktion|korrektur|note de la rédaction|ndlr|nota (?:del editor|de la redacción|della redazione|d[oa] (?:editor|redação))|errata|"
    r"noot van de redactie|od redakcji|от редакции|编者按|編者按|编者注|編者註|編集部注)\s*(?:[:\u2013\u2014]|-\s)",
    re.IGNORECASE,
)
# Names of a site's sections: furniture in a menu at the head of a page, nowhere else.
_SECTION = re.compile(
    r"(?:(?:latest |world |local |top |breaking )?news|world|politics|business|tech(?:nology)?|science|health|sports?|culture|arts?|opinions?|"
    r"entertainment|lifestyle|travel|markets?|money|finance|economy|video|videos|photos|podcasts?|live|weather|education|blog|shop|store|books|"
    r"(?:business|tech(?:nology)?|science|health|sports?|arts?|entertainment|education|money|finance|market|weather|travel|regional|national) news|"
    r"新闻|新聞|财经|財經|科技|体育|體育|娱乐|娛樂|国际|國際|国内|國內|社会|社會|军事|軍事|汽车|汽車|视频|視頻|教育|健康|文化|股票|房产)",
    re.IGNORECASE,
)
_WRITER = re.compile(
    r"^(?:(?:story|words|text|report(?:ing)?|article|written|photos?|analysis|interview) (?:and \w+ )?by )|[,|]\s*(?:\w+ ){0,2}(?:writer|reporter|correspondent|editor|columnist|contributor)s?$",
    re.IGNORECASE,
)
_SECTIONS_ABROAD = re.compile(
    r"politik|wirtschaft|meinung|kommentar|kultur|sport|wissen(?:schaft)?|lokales|regional(?:es)?|panorama|gesellschaft|ausland|inland|"
    r"politique|économie|opinion|tribune|société|monde|régions?|international|éditorial|"
    r"política|economía|opinión|sociedad|cultura|deportes|internacional|mundo|politica|economia|opinioni|cronaca|esteri|società|"
    r"opinião|economia|sociedade|esportes|desporto|economie|politiek|binnenland|buitenland|opinie|polityka|gospodarka|opinie|kraj|świat|"
    r"политика|экономика|мнение|общество|культура|спорт|editorials?|comment(?:ary)?|analysis|features?|letters|investigations?|climate|environment",
    re.IGNORECASE,
)


def is_title(lines: Sequence[Line]) -> bool:
    """Whether the first line reads as a headline: short, not a quotation, no full stop unless it is "someone: claim"."""
    if len(lines) < 2:
        return False
    text = lines[0].text
    quoted = text[0] in _OPENERS and not (text[-1] in CLOSERS and len(text) <= 100 and _is_signed(lines))
    if len(text) > (80 if is_wide(text) else 200) or quoted or is_byline(text) or is_furniture(text):
        return False
    if is_list_item(text) and is_list_item(lines[1].text):
        return False
    label = re.match(r"[^:]{1,24}:", text)
    if label and any(line.text.startswith(label[0]) for line in lines[1:30]):  # somebody's turn
        return False
    body = text.rstrip(CLOSERS)
    if body[-1:] not in tuple("。.;:,、") or re.search(r"\b(?:[A-Z]\.){2,}$", body):
        return True
    return body[-1:] in tuple("。.") and len(re.findall(r"[。!?!?]", body)) == 1 and bool(re.match(r"^[^,。]{2,20}[:]", body))


def above_headline(lines: Sequence[Line]) -> list[Role]:
    """The roles of the lines before the headline: menu and notices at the head of a page, what kind of text it is, a note of the
    newsroom, the masthead and the section.

    A masthead or section is taken for one only where a byline or a date comes soon after the line that would then be the
    headline, so that a headline with a second line below it stays one.
    """
    roles = [Role.BOILERPLATE] * _menu(lines)
    most = len(roles) + 6
    while len(roles) < min(most, len(lines) - 1):
        text, rest = lines[len(roles)].text, lines[len(roles) + 1 :]
        note = Role.BODY if ends_sentence(text) else Role.BOILERPLATE
        if _NOTE.match(text) and (is_title(rest) or _is_masthead(rest)):
            roles.append(note)
        elif _NOTE.match(text) and rest and ends_sentence(rest[0].text) and is_title(rest[1:]) and _is_signed(rest[1:]):
            roles += [note, Role.BODY]
        elif _KIND_LINE.fullmatch(text) and is_title(rest) and (" " in text or _is_signed(rest)):
            roles.append(Role.BOILERPLATE)
        elif Role.BYLINE not in roles and (below := _is_masthead(lines[len(roles) :])):
            roles += [Role.BYLINE, *[Role.BOILERPLATE if is_section(line.text) else Role.BYLINE for line in rest[: below - 1]]]
        elif is_date_alone(text) and is_title(rest):
            roles.append(Role.BYLINE)
        elif is_section(text) and (below := _is_sectioned(lines[len(roles) :])):
            roles += [Role.BYLINE if is_date_line(line.text) else Role.BOILERPLATE for line in lines[len(roles) :][:below]]
        else:
            break
    return roles


def below_headline(lines: Sequence[Line], headline: int) -> range:
    """The numbers of the lines right below the headline that are the section, the time it takes to read it and the like; none
    where sections of the text itself are called so."""
    end = headline + 1
    while end < min(headline + 6, len(lines)) and _is_filed(lines[end].text):
        end += 1
    return range(headline + 1, end if not any(is_section(line.text) for line in lines[end:]) else headline + 1)


def _is_filed(text: str) -> bool:
    parts = [part.strip() for part in re.split(r"[|\u00b7\u2022]", text)]
    return any(map(is_section, parts)) and all(is_section(part) or is_furniture(part) for part in parts)


def _is_sectioned(lines: Sequence[Line]) -> int:
    """How many lines a section, one within it and the day take above the headline; 0 where the first line may be the title.

    It is none where the line that would be the headline is signed, or has four words or more and stands above a full sentence,
    while no other line of the text is called as a section.
    """
    below = 1
    if len(lines) > 3 and len(lines[1].text.split()) == 1 and may_be_a_name(lines[1].text) and not is_wide(lines[1].text):
        below += is_title(lines[2:]) and _is_long_enough(lines[2].text) and _is_signed(lines[2:])
    while below < min(3, len(lines)) and is_date_alone(lines[below].text):
        below += 1
    rest = lines[below:]
    if not is_title(rest):
        return 0
    if _is_signed(rest):
        return below
    headline = rest[0].text
    full = len(rest) > 1 and any(
        len(line.text) >= (30 if is_wide(line.text) else 60) and ends_sentence(line.text) for line in rest[1:3]
    )
    enough = len(headline) >= 8 if is_wide(headline) else len(headline.split()) >= 4 or below > 1
    return below if full and enough and not any(is_section(line.text) for line in rest) else 0


def _is_masthead(lines: Sequence[Line]) -> int:
    """How many lines the masthead, the section and the day take above the headline; 0 where the first is no masthead."""
    text = lines[0].text if lines else ""
    if len(text) > 120:
        return 0
    name = re.split(r"\s*[|·]\s*|\s+[\u2013\u2014-]\s+|,\s", undated(text), maxsplit=1)[0].strip()
    if not name or len(name) > 60 or not may_be_a_name(name) or is_furniture(text) or is_byline(text):
        return 0
    below = 1
    while below < min(4, len(lines)) and (is_section(lines[below].text) or is_date_line(lines[below].text)):
        below += 1
    sectioned = any(is_section(line.text) for line in lines[1:below])
    rest = lines[below:]
    if (
        not is_title(rest)
        or dateline(rest[0].text)
        or not _is_long_enough(rest[0].text)
        or ends_sentence(rest[0].text)
        and not rest[0].text.endswith(("?", "!"))
    ):
        return 0
    if _is_writer(rest[0].text):
        return 0
    known = names_outlet(name) and reads_as_masthead(name) or _is_claimed(name, lines)
    known = known or has_an_article(name) and len(name.split()) <= 4 and len(rest[0].text.split()) >= 4
    short = len(name) <= 8 if is_wide(name) else len(name.split()) <= (3 if name.lower().startswith("the ") else 2)
    return below if known and (sectioned or _is_signed(rest)) or short and sectioned and _is_signed(rest) else 0


def _is_writer(text: str) -> bool:
    """Whether a line says who writes, and may not be a headline: "Story by Mara Lind", "Mara Lind, Staff Writer"."""
    return _WRITER.search(text) is not None and is_signature(re.sub(_WRITER, "", text).strip(" ,|"))


def _is_long_enough(headline: str) -> bool:
    return len(headline) >= 6 if is_wide(headline) else len(headline.split()) >= 3


def _is_claimed(name: str, lines: Sequence[Line]) -> bool:
    """Whether a name holds the rights to the text, or people speak to it there."""
    quoted = re.escape(name)
    claim = re.compile(
        rf"(?:(?:©|\(c\)|copyright)[\s\d,–-]{{0,20}}|\b(?:told|tells|interview with)\s(?:the\s)?){quoted}\b", re.IGNORECASE
    )
    return len(name) >= 4 and any(claim.search(line.text) for line in lines[1:])


def _is_signed(lines: Sequence[Line]) -> bool:
    """Whether a byline, a date or a dateline comes within three lines after the first."""
    return any(is_byline(line.text) or is_date_line(line.text) or dateline(line.text) for line in lines[1:4])


def is_section(text: str) -> bool:
    """Whether a line is the name of a section, or a path of such as "Business > Ports"."""
    if len(text) > 60:
        return False
    steps = [step.strip() for step in re.split(r"[>›»|/·]", text)]
    named = [bool(_SECTION.fullmatch(step) or _SECTIONS_ABROAD.fullmatch(step)) for step in steps]
    return all(steps) and (all(named) or named[0] and all(may_be_a_name(step) for step in steps))


def _menu(lines: Sequence[Line]) -> int:
    """Where the article begins: after the menu and the notices at the head of a page, if there are any."""
    head = 0
    for i, line in enumerate(lines[:40]):
        if is_furniture(line.text):
            head = i + 1
        elif not _SECTION.fullmatch(line.text):
            break
        elif head:
            head = i + 1
    return head if head < len(lines) else 0


__all__ = ["above_headline", "below_headline", "is_section", "is_title"]
