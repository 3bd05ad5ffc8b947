"""Names of those who publish, told by their form: "The Northern Ledger", "Hafenblatt", "Arvell Borough Council", "AP"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.dates import has_date, undated

# Words that the name of a paper, a broadcaster or an agency has, in a dozen languages.
OUTLETS_EN = frozenset(
    "advertiser advocate argus bulletin chronicle citizen courier daily dispatch echo enquirer examiner express gazette globe guardian herald independent "
    "inquirer intelligencer journal ledger magazine mail mercury mirror monitor news newsletter observer post press radio record register reporter review "
    "sentinel standard star sun telegram telegraph times today tribune tv weekly wire".split()
)
"""Those of English names, in small letters."""
_OUTLETS = OUTLETS_EN.union(
    "abendblatt anzeiger blatt bote kurier morgenpost nachrichten presse rundfunk rundschau spiegel tageblatt tagblatt tageszeitung zeitung "
    "courrier dépêche hebdo nouvelles quotidien correo diario gaceta heraldo noticias periódico prensa semanario vanguardia "
    "corriere gazzetta giornale mattino messaggero notizie quotidiano correio diário folha gazeta jornal notícias tribuna "
    "courant dagblad krant nieuws nieuwsblad volkskrant dziennik głos kurier tygodnik wiadomości "
    "ведомости вестник газета журнал известия новости правда haber gazetesi tidning nyheter dagbladet avis tidende".split()
)
_ENDINGS = re.compile(
    r"\w{3,}(?:blatt|zeitung|kurier|anzeiger|nachrichten|rundschau|rundfunk|presse|bote|dagblad|courant|krant|bladet|tidningen)|\w+(?:日报|日報|晚报|晚報|早报|早報|晨报|周刊|週刊|周报|週報|时报|時報|新闻|新聞|新闻网|新聞網|电视台|電視台|通讯社|通訊社|通信社)",
    re.IGNORECASE,
)
# Public bodies, which publish under their own names.
_BODIES = frozenset(
    "council committee ministry department authority commission parliament assembly government university police "
    "ministerium senatsverwaltung stadtverwaltung ministère préfecture mairie ministerio ayuntamiento ministero ministério gemeente ministerie".split()
)
PAPERS = frozenset("minutes agenda notice report statement protokoll tagesordnung acta".split())  # what bodies put out
_AGENCIES = frozenset("afp ansa ap apa belga cp dpa efe epd kna kyodo lusa pa pap reuters rtr sda tass upi xinhua yonhap".split())
_PARTICLES = frozenset(
    "a al an and am at das de del della den der des di die do du e et für het i in la le les las los of on the und van von y zu".split()
)
_OF = frozenset("of for de des del della do da di du van voor für".split())
_ARTICLES = frozenset("le la les l el los las il lo gli i o os as het".split())


def names_outlet(name: str) -> bool:
    """Whether a name, every word of it in capitals but particles, has a word that papers, agencies or public bodies have."""
    words = _words(name)
    if not 1 <= len(words) <= 7 or not _capitalised(words):
        return False
    lower = [word.lower() for word in words]
    if lower[0] in PAPERS:
        return False
    bodied = lower[-1] in _BODIES or lower[0] in _BODIES and len(lower) > 2 and lower[1] in _OF
    if len(words) == 1:
        return lower[0] in _AGENCIES or _ENDINGS.fullmatch(name.strip()) is not None
    return bodied or is_agency(name) or any(word in _OUTLETS or _ENDINGS.fullmatch(word) for word in lower)


def reads_as_masthead(name: str) -> bool:
    """Whether a name that has an outlet's word reads as that of an outlet and not as a headline in capitals: it has an article
    before it, three words at most with that word last or two in all, or the word at its end or before "of" and its like.
    """
    words = _words(name)
    lower = [word.lower() for word in words]
    own = [i for i, word in enumerate(lower) if word in _OUTLETS or word in _BODIES or _ENDINGS.fullmatch(word)]
    if len(words) <= 2 or lower[0] == "the" or has_an_article(name) or is_agency(name) or len(own) > 1 and len(words) <= 3:
        return True
    return any(i == len(lower) - 1 or lower[i + 1] in _PARTICLES and lower[i + 1] not in _PREPOSITIONS - _OF for i in own)


def is_agency(name: str) -> bool:
    """Whether the name is that of a news agency that is known by it."""
    words = [word for word in _words(name.lower()) if word not in _PARTICLES]
    return words[:1] != [] and words[0] in _AGENCIES and len(words) <= 2 or words == ["associated", "press"]


def may_be_a_name(name: str) -> bool:
    """Whether the words read as a name rather than as a line of text: few of them, all in capitals but particles."""
    words = _words(name)
    return 1 <= len(words) <= 6 and _capitalised(words) and not re.search(r"[?!:;,\"“”„«»]", name)


def has_an_article(name: str) -> bool:
    """Whether a Romance or Dutch article and words in capitals make the name: "Le Phare du Port"."""
    words = re.findall(r"[^\W_]+", name)
    return (
        len(words) >= 2
        and words[0].lower() in _ARTICLES
        and words[0][0].isupper()
        and words[1][0].isupper()
        and may_be_a_name(name)
    )


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a report opens with, as in "LONDON, Feb 9 2024 (Meridian Wire) - ": its text, the agency it names, and who reports."""

    text: str
    agency: str | None
    writer: str | None = None


_PREPOSITIONS = frozenset(
    "on in at by from since until after before the am im seit ab le en depuis dès el desde il dal dopo em op sinds od w с в den".split()
)
_OPENING = re.compile(r"[^\n]{0,110}?(?:[\u2013\u2014]|(?<=[\s)])--?)(?=\s|$)")
_IN_BRACKETS = re.compile(r"[(/]\s*([^()/\d]{2,40}?)\s*[)/]\s*[\u2013\u2014-]{1,2}$")


_HAN_NAME = r"[\u4e00-\u9fff]{2,4}"
# "（中央社記者林怡君台北3日電）", "新华社北京1月3日电（记者李明）", "〔記者陳大文／台北報導〕"; the agency is a short name that ends as such names do.
_HAN_OPENINGS = (
    re.compile(
        r"[(\uff08\u3010\[\u3014](?P<agency>[\u4e00-\u9fff]{1,5}[\u793e\u7f51\u7db2\u62a5\u5831])(?:\u8a18\u8005|\u8bb0\u8005)\s?(?P<writer>[\u4e00-\u9fff]{2,3}?)(?P<place>[\u4e00-\u9fff]{2,6}?)(?:\d{1,2}\u6708)?\d{1,2}\u65e5(?:\u5c08|\u4e13|\u7d9c\u5408|\u7efc\u5408|\u5916)?[\u96fb\u7535][)\uff09\u3011\]\u3015]"
    ),
    re.compile(
        rf"(?P<agency>[\u4e00-\u9fff]{{2,5}}\u793e)(?P<place>[\u4e00-\u9fff]{{2,8}}?)(?:\d{{1,2}}\u6708)?\d{{1,2}}\u65e5[\u96fb\u7535](?:\s?[(\uff08](?:\u8bb0\u8005|\u8a18\u8005)[\s:\uff1a]?(?P<writer>{_HAN_NAME}(?:[\s\u3001]{_HAN_NAME}){{0,4}})[)\uff09])?"
    ),
    re.compile(
        rf"[(\uff08\u3010\[\u3014](?:(?P<agency>[\u4e00-\u9fff]{{1,5}}[\u793e\u7f51\u7db2\u62a5\u5831]))?(?:\u8a18\u8005|\u8bb0\u8005)\s?(?P<writer>{_HAN_NAME}(?:\u3001{_HAN_NAME}){{0,4}})[/\uff0f\s](?P<place>[\u4e00-\u9fff]{{2,8}}?)(?:\u5831\u5c0e|\u62a5\u5bfc|\u62a5\u9053)[)\uff09\u3011\]\u3015]"
    ),
)
# Places that stand behind a reporter's name with nothing between.
_PLACES = frozenset(
    "\u53f0\u5317 \u81fa\u5317 \u65b0\u5317 \u6843\u5712 \u65b0\u7af9 \u53f0\u4e2d \u81fa\u4e2d \u53f0\u5357 \u81fa\u5357 \u9ad8\u96c4 \u57fa\u9686 \u82b1\u84ee \u5609\u7fa9 \u5c4f\u6771 \u9999\u6e2f \u6fb3\u9580 \u5317\u4eac \u4e0a\u6d77 \u83ef\u76db\u9813 \u7d10\u7d04 \u502b\u6566 \u5df4\u9ece \u6771\u4eac \u9996\u723e".split()
)


def han_dateline(text: str) -> Dateline | None:
    """The dateline or reporter's line in brackets that a Chinese paragraph begins with.

    A reporter whose name runs into the place is named only where the place is one of a few known ones. "This paper" is no agency.
    """
    for number, pattern in enumerate(_HAN_OPENINGS):
        match = pattern.match(text)
        if match:
            writer = match["writer"]
            if number == 0 and match["place"] not in _PLACES:
                run = match["writer"] + match["place"]
                writer = run[:-2] if run[-2:] in _PLACES and 4 <= len(run) <= 5 else None
            agency = match["agency"]
            own = agency and agency[0] in "\u672c\u8be5\u8a72\u5168"
            return Dateline(match[0], None if own else agency, writer)
    return None


def dateline(text: str) -> Dateline | None:
    """The dateline that a paragraph begins with; None for one that names neither a day with its year nor a known agency.

    A day without a place or an agency is none: prose begins so as well.
    """
    opening = _OPENING.match(text)
    if not opening or not opening[0][:1].isalpha() and opening[0][:1] != "(":
        return None
    head = opening[0]
    named = _IN_BRACKETS.search(head)
    agency = named[1] if named else None
    place = re.split(r"[,(/\d]", head, maxsplit=1)[0].strip(" .-\u2013\u2014")
    words = place.split()
    placed = 0 < len(words) <= 4 and may_be_a_name(place) and words[0].lower() not in _PREPOSITIONS
    ended = re.fullmatch(r"[^|]*\|[\s,.]*(?:[(/][^()]*[)/])?\s*[\u2013\u2014-]{1,2}", undated(head))
    if ended and has_date(head) and (placed or agency and not place):
        return Dateline(head, agency if agency and (may_be_a_name(agency) or is_agency(agency)) else None)
    if agency and (is_agency(agency) or names_outlet(agency)) and (placed or not place):
        return Dateline(head, agency)
    return None


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_][^\W_]*(?:['’.&-][^\W_]+)*", name)


def _capitalised(words: list[str]) -> bool:
    """Whether all words but particles begin with a capital; letters without case count as capitals, and so do the second
    and further words in Cyrillic, where names of papers have one capital only."""
    initials = [word[0] for word in words if word not in _PARTICLES and not re.match(r"[dl]['’]", word)]
    upper = [c == c.upper() or i > 0 and "\u0400" < c < "\u0530" for i, c in enumerate(initials)]
    return words[0][0] == words[0][0].upper() and bool(upper) and all(upper)


__all__ = [
    "OUTLETS_EN",
    "PAPERS",
    "Dateline",
    "dateline",
    "has_an_article",
    "is_agency",
    "may_be_a_name",
    "names_outlet",
    "reads_as_masthead",
]
