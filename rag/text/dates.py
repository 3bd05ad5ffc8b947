"""Calendar dates as people write them at the head of an article, in a dozen languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

# The months by their number, in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Turkish,
# Swedish, Danish and Arabic, as they stand in a date; where a word has only one reading, its beginning will do.
_MONTHS = (
    "january januar jänner janvier enero gennaio janeiro januari stycznia января январь ocak يناير",
    "february februar februari feber février febrero febbraio fevereiro lutego февраля февраль şubat فبراير",
    "march märz maerz mrz mars marzo março maart mrt marca marzec марта mart marts مارس",
    "april avril abril aprile kwietnia апреля апрель nisan أبريل",
    "may mai mayo maggio maio mei maja мая май mayıs maj مايو",
    "june juni juin junio giugno junho czerwca июня июнь haziran يونيو",
    "july juli juillet julio luglio julho lipca июля июль temmuz يوليو",
    "august août aout agosto augustus sierpnia августа ağustos augusti أغسطس",
    "september septembre septiembre setiembre settembre setembro września сентября сентябрь eylül سبتمبر",
    "october oktober octobre octubre ottobre outubro października октября октябрь ekim أكتوبر",
    "november novembre noviembre novembro listopada ноября ноябрь kasım نوفمبر",
    "december dezember décembre diciembre dicembre dezembro grudnia декабря декабрь aralık ديسمبر",
)
_YEAR = r"(?P<year>(?:19|20)\d{2})(?!\d)"
_WORD = r"(?P<month>[^\W\d_]{3,12})"
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?[-/.年년]\s?(?P<month>\d{1,2})\s?[-/.月월]\s?(?P<day>\d{1,2})(?!\d)[日일]?")
_MONTH_FIRST = re.compile(rf"\b{_WORD}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}")
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.ºª])?\s*(?:(?:of|de|del|di)\s+)?\b{_WORD}\.?,?\s+(?:(?:de|del)\s+)?{_YEAR}",
    re.IGNORECASE,
)
_NUMERIC = re.compile(rf"(?<![\d./-])(?P<first>\d{{1,2}})(?P<mark>[./-])\s?(?P<second>\d{{1,2}})(?P=mark)\s?{_YEAR}")
_FORMS = (_ISO, _MONTH_FIRST, _DAY_FIRST, _NUMERIC)
# Languages whose numeric dates put the day first. English does in one country and not in another.
_DAYS_FIRST = frozenset("de fr es it pt nl pl ru tr sv da no nb nn fi cs sk uk ro ca gl el bg hr sl et lv".split())

# What stands before the day on which a text was published, and before that on which it was changed.
PUBLISHED = (
    r"(?:first |originally )?(?:published|posted)|date|veröffentlicht|erschienen|publiziert|erstellt|stand|datum"
    r"|publiée?|parue?|mise? en ligne|publicad[oa]|fecha|pubblicat[oa]|data(?: publikacji)?|gepubliceerd|geplaatst"
    r"|opublikowan[oy]|dodano|опубликован[оа]?|дата(?: публикации)?|yayınlanma(?: tarihi)?|tarih|publicerad|publiceret|udgivet"
)
UPDATED = (
    r"(?:last )?(?:updated|modified)|(?:zuletzt )?(?:aktualisiert|geändert)|aktualisierung|mise? à jour|modifiée?"
    r"|(?:última )?(?:actualizaci[oó]n|actualizad[oa]|atualizaç[aã]o|atualizad[oa]|modificad[oa])|(?:ultimo )?aggiornament[oi]|aggiornat[oa]"
    r"|(?:laatst )?bijgewerkt|aktualizacja|zaktualizowano|обновлен[оа]?|обновлено|изменено|güncell\w+|uppdaterad|opdateret|更新(?:于|於|日)?"
)
_LABEL = re.compile(rf"(?:^|(?<=[\s|,;(/·–—-]))(?:(?P<updated>{UPDATED})|(?P<published>{PUBLISHED}))(?!\w)", re.IGNORECASE)


def find_date(text: str, language: str | None = None) -> str | None:
    """The first full calendar date in the text as YYYY-MM-DD.

    A date in numbers alone, such as 2.3.2024, counts where it has one reading: the day is over 12 or equals the month, or
    `language` (ISO 639-1) is one that always puts the day first.
    """
    for _, year, month, day in sorted(_candidates(text, language)):
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            continue
    return None


def has_date(text: str) -> bool:
    """Whether a full calendar date stands in the text, be its day and month ever so hard to tell apart."""
    return find_date(text, "de") is not None


def find_published(lines: Sequence[str], language: str | None = None) -> str | None:
    """The first date in the lines that they do not call that of a change; where there is none, the first of all."""
    pieces = [piece for line in lines for piece in _labelled(line)]
    for pieces_of_rank in ([text for text, updated in pieces if not updated], [text for text, updated in pieces if updated]):
        found = next((d for text in pieces_of_rank if (d := find_date(text, language))), None)
        if found:
            return found
    return None


def undated(text: str) -> str:
    """The text with a bar for each date."""
    for pattern in _FORMS:
        text = pattern.sub("|", text)
    return text


def is_dated_label(text: str) -> bool:
    """Whether the text begins by saying when it was published or changed, and the date follows at once."""
    label = _LABEL.match(text)
    return label is not None and has_date(text[label.end() : label.end() + 36])


def _labelled(line: str) -> Iterator[tuple[str, bool]]:
    """The line cut before each label, and whether the label is one of a change."""
    labels = list(_LABEL.finditer(line))
    ends = [label.start() for label in labels] + [len(line)]
    yield line[: ends[0]], False
    for label, end in zip(labels, ends[1:], strict=True):
        yield line[label.start() : end], label["updated"] is not None


def _candidates(text: str, language: str | None) -> Iterator[tuple[int, int, int, int]]:
    for match in _ISO.finditer(text):
        yield match.start(), int(match["year"]), int(match["month"]), int(match["day"])
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            yield match.start(), int(match["year"]), _month(match["month"]), int(match["day"])
    for match in _NUMERIC.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        if second > 12 and match["mark"] != ".":
            yield match.start(), int(match["year"]), first, second
        elif first > 12 or first == second or language in _DAYS_FIRST:
            yield match.start(), int(match["year"]), second, first


def _month(name: str) -> int:
    """The number of a month by its name or the beginning of it, 0 for any other word."""
    word = _unaccented(name)
    found = {number for number, names in enumerate(_NAMES, 1) if any(n.startswith(word) for n in names)}
    return found.pop() if len(word) >= 3 and len(found) == 1 else 0


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower().replace("ı", "i")) if not unicodedata.combining(c))


_NAMES = tuple(tuple(map(_unaccented, row.split())) for row in _MONTHS)

MONTHS_EN = tuple(row.split(maxsplit=1)[0].capitalize() for row in _MONTHS)
"""The English names of the months, in order."""
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALENDAR_EN = frozenset(map(str.lower, MONTHS_EN + WEEKDAYS_EN))
"""The English names of months and weekdays, in small letters."""

__all__ = ["CALENDAR_EN", "MONTHS_EN", "WEEKDAYS_EN", "find_date", "find_published", "has_date", "is_dated_label", "undated"]
