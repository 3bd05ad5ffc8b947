"""Numbers as values, however they are written: 2万 and 20,000, 5.4亿 and 540 million, 40% and 百分之四十."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4,
    "千": 10**3, "만": 10**4, "억": 10**8, "조": 10**12,
    "trillion": 10**12, "billion": 10**9, "bn": 10**9, "million": 10**6, "mn": 10**6, "thousand": 10**3,
    "billionen": 10**12, "milliarden": 10**9, "milliarde": 10**9, "mrd": 10**9, "millionen": 10**6, "mio": 10**6, "tausend": 10**3,
    "milliards": 10**9, "milliard": 10**9, "millions": 10**6, "mille": 10**3,
    "mil millones": 10**9, "millones": 10**6, "millón": 10**6, "mil": 10**3,
    "триллион": 10**12, "трлн": 10**12, "миллиард": 10**9, "млрд": 10**9, "миллион": 10**6, "млн": 10**6, "тысяч": 10**3, "тыс": 10**3,
}  # fmt: skip
_PERCENT = r"%|percent\b|per cent\b|pct\b|个百分点|パーセント|퍼센트|prozent\b|pour cent\b|por ciento\b|процент\w*"
_LATIN_UNITS = "|".join(sorted((u for u in _UNITS if u.isascii() or "é" in u or "ó" in u), key=len, reverse=True))
_OTHER_UNITS = "|".join(sorted((u for u in _UNITS if not u.isascii() and u.isalpha()), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<percent>{_PERCENT})|\s?(?P<unit>(?:{_LATIN_UNITS})(?![^\W\d_])|(?:{_OTHER_UNITS})))?"
    rf"|百分之(?P<share>[零〇一二两三四五六七八九十百\d.]+)"
    rf"|(?P<han>[一二两三四五六七八九十百千][零〇一二两三四五六七八九十百千万亿]+)"
)
_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}


def numbers(folded: str) -> list[str]:
    """The values of the numbers in a folded text, in order: plain decimals, percentages with a % behind.

    A Chinese numeral counts when it has a unit (十, 百, …) and is worth ten or more.
    """
    found = []
    for match in _NUMBER.finditer(folded):
        if match["digits"]:
            value = Decimal(match["digits"].replace(",", "")) * _UNITS.get(match["unit"] or "", 1)
            found.append(_plain(value) + ("%" if match["percent"] else ""))
        elif match["share"]:
            share = _share(match["share"])
            found += [_plain(share) + "%"] if share is not None else []
        elif set(match["han"]) & set("十百千万亿") and (whole := _han(match["han"])) >= 10:
            found.append(str(whole))
    return found


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(text: str) -> Decimal | None:
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    return None if "." in text or any(c.isascii() for c in text) else Decimal(_han(text))


def _han(text: str) -> int:
    """The value of a Chinese numeral: 三千五百万 is 35,000,000. Digits in a row count as decimal places: 二三 is 23."""
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = digit * 10 + _DIGITS[character]
        elif character in _STEPS:
            section += (digit or 1) * _STEPS[character]
            digit = 0
        elif character == "万":
            total += (section + digit or 1) * 10**4
            section = digit = 0
        else:
            total = (total + section + digit or 1) * 10**8
            section = digit = 0
    return total + section + digit


__all__ = ["numbers"]
