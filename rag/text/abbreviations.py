"""Whether a full stop ends a sentence or belongs to an abbreviation, an initial or an ordinal, in the languages that write them so.

Forms first (a lone letter, a chain of letters and stops, a doubled capital, a short Thai word), a list of abbreviations
only for those that a capital letter or a digit may follow: before a small letter nothing ends anyway. No language is asked
for, so the list holds no abbreviation that is a common word at the end of a sentence elsewhere. Of the libraries, sentencex
wants the language and yet ends sentences after "ок.", "vb." and "ق."; pysbd has had no release since 2021.
"""

from __future__ import annotations

import re
from unicodedata import combining

# Nothing ends here: titles, and what stands before the thing it abbreviates.
_BEFORE = (
    r"mr|mrs|ms|dr|drs|prof|profa|st|ste|vs|eds?|gen|gov|sen|rep|hon|capt|lt|sgt|rev|messrs|e\.g|i\.e|cf|cfr|viz|approx"
    r"|sra|srta|sres|dra|dña|excmo|exmo|p\. ?e[jx]|bijv|dhr|mevr|mme|mmes|mlle|(?-i:(?<![\w.])(?:MM?|Me|Mgr|Col|Fr|EE|Hl))"
    r"|bzw|sog|ggf|evtl|inkl|exkl|hrsg|vgl|z\. ?b|d\. ?h|sigg?|dott|avv|tzn|tzw|inż|mgr|św|zob|np|např|tzv|bkz|doç|yrd|örn|öğr|hz|dvs"
    r"|тыс|млн|млрд|трлн|им|ім|дж|т\. ?[екн]|см|ср|напр|див|ул|вул|просп|пос|дер|проф|акад|доц|св|англ|нем|фр|франц|лат|греч|итал|исп|араб"
    r"|डॉ|प्रो|पं|श्री|أو"
)
# Before a number only.
_NUMBERED = (
    r"nos?|fig|figs|vol|vols|pp?|ch|chap|cap|sec|séc|art|approx|aprox|est|ca|env|circa|nr|núm|n[ºo°]|bd|abs|kap|pág|págs|pagg?|párr|blz|str|godz"
    r"|máx|mín|tel|kl|ok|cad|par|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|гл|рис|табл|стр|ок|ст|пл|пр|тт|изд|ред"
)
# Unless a new sentence plainly begins.
_EITHER = (
    r"jr|sr|al|inc|ltd|llc|co|corp|dept|etc|u\.s|u\.k|u\.n|e\.u|ph\.d|usw|osv|mfl|enz|ecc|itd|itp|atd|apod|stb|vb|yy|av|ap|apr|env"
    r"|uds?|vds?|chr|jhs?|mio|mrd|str|руб|коп|долл|кв|куб|обл|гг|т\. ?[дп]|др|ін|рр|(?-i:(?P<double>[A-Z])(?P=double))"
)
_ABBREVIATION = re.compile(rf"\b(?:(?P<before>{_BEFORE})|(?P<either>{_EITHER})|(?P<numbered>{_NUMBERED}))$", re.IGNORECASE)
_HOUR = re.compile(r"\b[ap]\.\s?m$", re.IGNORECASE)
# What follows an hour in the same sentence: a day, a month, a time zone.
_AFTER_HOUR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|[A-Z]{2,5}\b"
    r"|(?:Eastern|Central|Mountain|Pacific|Greenwich|Atlantic|Local|Beijing|Moscow|London)\b"
)
_AT = re.compile(r"\W{0,3}(?:At|By|Around|About|From|Until|Till|On|Since|After|Before|Between|Shortly)\b")
# Words that begin a sentence far more often than they follow an initial.
_STARTERS = (
    "He|She|It|They|We|You|This|That|These|Those|The|An|His|Her|Its|Their|Our|My|But|And|So|Then|There|When|While|If|In|On|At|As|For|"
    "However|What|Who|How|Why|Not|No|Yes|After|Before|Since|Er|Sie|Es|Wir|Das|Und|Aber|Он|Она|Оно|Они|Мы|Это|Но"
)
# The same after another abbreviation, where no surname follows.
_OPENINGS = (
    "A|I|From|With|By|To|Although|Because|Nor|Or|Such|During|Everyone|Everybody|Many|Some|Most|Both|Thus|Today|Meanwhile|Instead|Later|Here|Where|Which|"
    "El|La|Los|Las|Un|Una|En|Se|Su|Sus|Este|Esta|Pero|Por|Con|Para|Cuando|Desde|Según|Al|Lo|También|Como|Aunque|"
    "Le|Les|Il|Elle|Ils|Elles|Une|Des|Ce|Cette|Ces|Dans|Mais|Et|Au|Aux|Pour|Sur|Son|Sa|Ses|Leur|À|"
    "Der|Die|Ein|Eine|Im|Am|Auf|Mit|Bei|Nach|Für|Als|Wenn|Dann|Diese[rs]?|Doch|Auch|Zu|"
    "Gli|Nel|Nella|Ma|Non|Per|Dopo|Questo|Questa|O|Os|As|Um|Uma|Na|Em|Mas|Ele|Ela|Não|De|Het|Een|Hij|Zij|Maar|Dit|Dat|Deze|"
    "Poi|Danach|Daarna|Potem|Luego|Después|Puis|Depois|Sonra|Потом|Затем|"
    "W|Po|Jest|To|Nie|Ale|Ona|Był|Była|Jego|Bu|Bir|Ve|Ancak|Daha|Ama|"
    "В|На|С|По|После|Однако|Эта|Этот|Эти|Когда|Его|Её|Также|Там|Так|Если|И|А|Из|За|К|У|До|При|Для"
)
_STARTER = re.compile(rf"(?:{_STARTERS})\b(?!\.)")
_OPENING = re.compile(rf"(?:{_STARTERS}|{_OPENINGS})\b(?!\.)")
# What makes a number before a full stop an ordinal: the start of a sentence (a list), a German article or preposition
# before it, a German month or century after it, Turkish around it.
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}$")
_ORDINAL_BEFORE = re.compile(
    r"(?<!\bi )\b(?:am|im|vom|zum|zur|beim|ab|bis|seit|der|die|das|dem|den|des|ein|einen?|eine[mrs])\s\d{1,2}$", re.IGNORECASE
)
_ORDINAL_AFTER = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert|Jahrtausend|Jh|Weltkrieg)"
)
_TURKISH = re.compile("[ğıİ]")
_ROMAN = re.compile(r"\b[IVXL]{2,6}$")
_NUMBER = re.compile(r"\d|[IVXLC]{2,}\b|[VX]\b")
_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd]+$")


def abbreviates(text: str, start: int, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation, initial or ordinal rather than end a sentence.

    `start` is where the sentence begins, `after` where the text goes on behind the blanks: with a capital letter, a digit
    or a letter of a script without small letters.
    """
    before = text[max(start, stop - 16) : stop]
    if thai := _THAI.search(before):
        return len(thai[0]) <= 4  # Thai writes no full stops but these
    if _enclosed(text, start, stop):
        return True
    if _HOUR.search(before):
        return not text[after : after + 1].isupper() or bool(_AFTER_HOUR.match(text, after) or _AT.match(text, start))
    match = _ABBREVIATION.search(before)
    if match and match["before"]:
        return True
    if match and match["numbered"] and _NUMBER.match(text, after):
        return True
    if match and match["either"]:
        return not _OPENING.match(text, after)
    if _ORDINAL.search(before):
        first = stop - start <= 4 and not text[start : start + 1].isalpha()
        return first or bool(_ORDINAL_BEFORE.search(before) or _ORDINAL_AFTER.match(text, after)) or _turkish(text, stop)
    if _ROMAN.search(before) and _turkish(text, stop):
        return True
    return _lone_letter(text, before, after)


def _lone_letter(text: str, before: str, after: int) -> bool:
    """Whether the full stop follows a single letter that abbreviates: "J. Smith", "s. XVI", "z. B.", "в. Земля", "د. ليلى"."""
    letter, previous = before[-1:], before[-2:-1]
    if not letter.isalpha() or previous.isalpha() or combining(previous or " ") or before[:-1].endswith(("= ", "+ ", "× ")):
        return False
    if text[after : after + 1].isalpha() and text[after + 1 : after + 2] == ".":
        return True
    if letter.isupper():
        if previous.strip(" .-–/([«“„\"'’\xa0"):
            return False
        return not (_OPENING if previous == "." else _STARTER).match(text, after)
    if letter.islower():
        return not previous.isdigit() and not _OPENING.match(text, after)
    # A number before it makes it a unit or an era, after which a sentence may end.
    return "\u0600" <= letter <= "\u06ff" and (previous == "." or not before[:-1].rstrip()[-1:].isdigit())


def _enclosed(text: str, start: int, stop: int) -> bool:
    """Whether the place lies in a short bracket that opens inside a sentence: "(see p. 4, vol. B. The end)"."""
    opens = text.rfind("(", max(start, stop - 120), stop)
    if opens <= start or text.find(")", opens, stop) >= 0:
        return False
    closes = text.find(")", stop, stop + 120)
    return closes >= 0 and text.find("\n", stop, closes) < 0


def _turkish(text: str, stop: int) -> bool:
    return bool(_TURKISH.search(text, max(0, stop - 200), stop + 100))


__all__ = ["abbreviates"]
