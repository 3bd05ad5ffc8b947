"""Mail and notes in plain text: what a writer's program or habit puts below the words, and what is quoted from the mail before.

These lines answer no question; all the same they can be cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.furniture import is_furniture
from rag.text.folding import narrow
from rag.text.lines import ends_sentence

_LINE = re.compile(r"[^\n]+")
# A line that says who wrote what is quoted below, which names a time, an address or a year.
_WROTE = re.compile(
    r"(?:(?:on|le|el|il|em|op|am|den|dne|w dniu)\s|[\u5728\u4e8e\u65bc]).{4,200}?(?:wrote|schrieb(?: .{1,80})?|a \u00e9crit|escribi\u00f3|ha scritto|escreveu|schreef(?: .{1,80})?|napisa\u0142(?:\(a\)|a)?|skrev(?: .{1,80})?|\u5199\u9053|\u5beb\u9053|\u5199\u5230)\s?[:\uff1a]$"
    r"|.{4,160}(?:<[^<>\s]+@[^<>\s]+>).{0,60}(?:wrote|schrieb|a \u00e9crit|escribi\u00f3|ha scritto|escreveu|\u5199\u9053|\u5beb\u9053|\u7684\u5199\u5f97|\u043f\u0438\u0448\u0435\u0442|\u043d\u0430\u043f\u0438\u0441\u0430\u043b(?:\(\u0430\)|\u0430)?)\s?[:\uff1a]$",
    re.IGNORECASE,
)
_TIMED = re.compile(r"\d{1,2}[:.h]\d{2}|\S@\S|(?:19|20)\d{2}(?!\d)", re.IGNORECASE)
_DIVIDER = re.compile(
    r"[-_ ]{2,}\s?(?:original message|urspr\u00fcngliche nachricht|message d.origine|mensaje original|\u539f\u59cb\u90ae\u4ef6|\u539f\u59cb\u90f5\u4ef6)\s?[-_ ]{2,}",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?:subject|betreff|objet|asunto|oggetto|\u4e3b\u9898|\u4e3b\u65e8|\u4e3b\u984c)\s?[:\uff1a]\s?(?:re|aw|sv|antw|ri|\u56de\u590d|\u56de\u8986|\u7b54\u590d)\s?[:\uff1a]",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:from|to|cc|date|sent|subject|von|an|gesendet|betreff|de|\u00e0|objet|\u53d1\u4ef6\u4eba|\u6536\u4ef6\u4eba|\u4e3b\u9898|\u5bc4\u4ef6\u8005|\u6536\u4ef6\u8005|\u4e3b\u65e8)\s?[:\uff1a]\s?\S",
    re.IGNORECASE,
)
# What closes a letter; the second kind says other things as well, and closes one only in a mail or below a salutation.
_CLOSING = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest) (?:regards|wishes)|regards|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?"
    r"|mit (?:freundlichen|besten|herzlichen) gr\u00fc(?:\u00df|ss)en|(?:viele|beste|liebe|herzliche|sch\u00f6ne|freundliche) gr\u00fc(?:\u00df|ss)e"
    r"|(?:bien )?cordialement|saludos cordiales|un (?:cordial )?saludo|atentamente|atenciosamente|cordiali saluti|distinti saluti"
    r"|met vriendelijke groet(?:en)?|med v\u00e4nliga h\u00e4lsningar|pozdrawiam|\u0441 \u0443\u0432\u0430\u0436\u0435\u043d\u0438\u0435\u043c|\u6b64\u81f4|\u656c\u793c|\u656c\u79ae|\u987a\u9882\u5546\u797a|\u9806\u9812\u5546\u797a)[ ,.!\uff0c\uff01\u2013-]*",
    re.IGNORECASE,
)
_LIGHT_CLOSING = re.compile(
    r"(?:best|all the best|cheers|(?:many )?thanks(?: again| in advance| and (?:best|kind) regards)?|thank you|mfg|lg|vg|amicalement|saludos|(?:um )?abra\u00e7o|\u795d\u597d|\u8c22\u8c22|\u8b1d\u8b1d)[ ,.!\uff0c\uff01\u2013-]*",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"(?:dear|hi|hello|good (?:morning|afternoon)|sehr geehrte[rs]?|liebe[rs]?|hallo|guten tag|bonjour|ch[e\u00e8]re?|madame|monsieur|hola|estimad[oa]s?|querid[oa]s?|prezad[oa]s?|ol\u00e1|gentile|caro|cara|beste|geachte|hej|\u5c0a\u656c\u7684|\u4eb2\u7231\u7684|\u89aa\u611b\u7684)\b.{0,60}[,!:\uff0c\uff1a]"
    r"|.{1,20}(?:\u60a8\u597d|\u4f60\u597d)[,!:\uff0c\uff1a\uff01]?",
    re.IGNORECASE,
)
_LONGEST = 12  # lines of a signature


@dataclass(frozen=True, slots=True)
class _Written:
    """A line that is not blank: its range, and its text without outer blanks."""

    start: int
    end: int
    text: str


def find_mail_frames(raw: str) -> list[tuple[int, int]]:
    """The ranges of the lines that are a mail's salutation, its signature or of the chain of mail that it answers, in order.

    A chain is of lines that begin with ">" in a mail, which begins with lines such as "From: …" or has one such as "On Mon, 3
    Mar 2025, Mara Lind wrote:" above them, and of all from "Original Message" on in a mail with "Re:" in its subject. A signature
    begins at a line of two dashes or one such as "Best regards,", and is of at most twelve short lines up to the end, a chain
    or the head of another mail; letters printed one below the other keep theirs. A text that has no sentence besides these has none of them.
    """
    lines = [_Written(m.start(), m.end(), m[0].strip()) for m in _LINE.finditer(raw) if not m[0].isspace()]
    is_mail = sum(bool(_HEADER.match(line.text)) for line in lines[:8]) >= 2
    chain = _chain(lines, is_mail=is_mail)
    greeted = is_mail or bool(chain) or any(_SALUTATION.fullmatch(line.text) for line in lines[:6])
    greetings = {i for i, line in enumerate(lines[:12]) if is_mail and _SALUTATION.fullmatch(line.text)}
    closings = [i for i, line in enumerate(lines) if _CLOSING.fullmatch(line.text)]
    column = not is_mail and not chain and len(closings) > 1 and closings[-1] - closings[0] > 1
    hidden = chain | greetings | (set() if column else _signatures(lines, chain, greeted=greeted))
    if any(len(line.text) >= 25 and ends_sentence(narrow(line.text)) for i, line in enumerate(lines) if i not in hidden):
        return [(lines[i].start, lines[i].end) for i in sorted(hidden)]
    return []


def _chain(lines: Sequence[_Written], *, is_mail: bool) -> set[int]:
    """The numbers of the lines that are quoted from mail before, and of those that say so."""
    chain: set[int] = set()
    quoted = [i for i, line in enumerate(lines) if line.text.startswith(">")]
    for i in quoted:
        if i and lines[i - 1].text.startswith(">"):
            continue
        for first in (i - 1, i - 2):  # a line that says who wrote may be wrapped
            told = " ".join(line.text for line in lines[max(first, 0) : i])
            if first >= 0 and _WROTE.fullmatch(told) and _TIMED.search(told):
                chain |= set(range(first, i))
                break
    if chain or is_mail:
        chain.update(quoted)
    answered = is_mail and any(_REPLY.match(line.text) for line in lines[:8])
    divider = next((i for i, line in enumerate(lines) if _DIVIDER.fullmatch(line.text)), len(lines)) if answered else len(lines)
    return chain | set(range(divider, len(lines)))


def _signatures(lines: Sequence[_Written], chain: set[int], *, greeted: bool) -> set[int]:
    """The numbers of the lines of signatures."""
    signed: set[int] = set()
    for i, line in enumerate(lines):
        closes = _CLOSING.fullmatch(line.text) or greeted and _LIGHT_CLOSING.fullmatch(line.text)
        if i in signed or i in chain or line.text != "--" and not closes:
            continue
        end = i + 1
        while end < len(lines) and end - i <= _LONGEST and end not in chain and not _HEADER.match(lines[end].text):
            text = narrow(lines[end].text)
            sentence = closes and len(text) >= 25 and ends_sentence(text)
            if (len(text) > 100 or sentence) and not is_furniture(text):
                break
            end += 1
        if end == len(lines) or end in chain or end - i <= _LONGEST and _HEADER.match(lines[end].text):
            signed |= set(range(i, end))
    return signed


__all__ = ["find_mail_frames"]
