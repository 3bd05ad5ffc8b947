"""The cues of a paragraph: where it says that somebody says something, and who that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.attribution.coreference import Antecedents
from rag.attribution.grammars import OF_NAMES, RUNES, grammar_of
from rag.attribution.mentions import Mentions
from rag.attribution.quotations import Paragraph
from rag.attribution.speech import NOBODY, Cue
from rag.attribution.strangers import is_stranger
from rag.names.english_names import names_within_sentences
from rag.names.organisations import is_body, organisation_of
from rag.names.titles import TITLES_EN

_NEW_CLAUSE = re.compile(
    r"[.;:!?\"“”\n—–]|,\s(?:(?:and|but|while|whereas|though|although|as|yet|so|then|when|after|before)\s(?:[\w'’-]{1,20}\s){0,4})?$|\s(?:but|while|whereas)\s(?:[\w'’-]{1,20}\s){0,4}$"
)
_THE_HOLDER = re.compile(rf"[Tt]he\s(?:new\s|newly elected\s)?(?P<role>(?:[a-z-]{{2,20}}\s){{0,3}}?(?:{TITLES_EN}))")


class CueFinder:
    """Finds the cues of a text, paragraph by paragraph in order: a pronoun means whoever was named or spoke before."""

    def __init__(self, text: str, shown: str, mentions: Mentions, antecedents: Antecedents) -> None:
        self._text = text
        self._shown = shown
        self._mentions = mentions
        self._english = mentions.language == "en"
        self._grammar = grammar_of(mentions.language)
        self._antecedents = antecedents
        # First names and surnames that are no form of anybody's here.
        self._namesakes = {part for name in names_within_sentences(text) for part in name.split()} if self._english else set()

    def find(self, paragraph: Paragraph, topics: Sequence[tuple[int, str]]) -> list[Cue]:
        """The cues of a paragraph in order, without overlap; references back are resolved on the way.

        `topics` are whom its sentences are about, as `Antecedents.topics` has them.
        """
        masked, offset = paragraph.masked, paragraph.start
        antecedents = self._antecedents
        found = []
        named = self._mentions.in_runes(masked)
        anyone = RUNES[0] in named
        for order, (kind, pattern) in enumerate(self._grammar.cues):
            if kind in OF_NAMES and not anyone:
                continue
            for match in pattern.finditer(named):
                found.append((match.start("who"), order, kind, match))
        antecedents.lately = {mention.name for mention in self._mentions.within(masked)}
        named_verbs = {match.start("verb") for _, _, kind, match in found if kind == "named"}
        known = sorted(at for at, _, kind, _ in found if kind not in ("organisation", "data", "stranger"))
        cues: list[Cue] = []
        reached = 0
        for at, _, kind, match in sorted(found, key=lambda f: (f[0], f[1])):
            start, end = _span(match)
            subject = masked[slice(*match.span("who"))]
            if start < reached or kind == "unnamed" and any(at < place < match.start("verb") for place, _ in topics):
                continue
            if self._english and cues and _is_within_another(masked[reached:start]):
                continue
            holder = self._holder(subject, offset + at) if self._english and kind in ("stranger", "unnamed") else None
            if kind == "stranger" and not holder:
                if match.start("verb") in named_verbs:
                    continue  # "said the analyst at the bank, Ramona Odell"
                if is_stranger(match, masked, known, reached if cues else 0, self._mentions):
                    cues.append(Cue(offset + start, offset + end, NOBODY, kind))
                    antecedents.last, reached = NOBODY, end
                continue
            for place, name in topics:
                if reached <= place < at:
                    antecedents.last = name
            who, kind = (holder, "pronoun") if holder else self._resolve(subject, kind, offset + at)
            if who is None and kind != "pronoun":
                continue
            cues.append(Cue(offset + start, offset + end, who or NOBODY, kind))
            reached = end
            if who is None:
                continue
            if kind not in ("organisation", "institution"):
                antecedents.last = who
            elif self._english or not is_body(subject):
                antecedents.last = NOBODY  # a proper name that may be a person's as well
            if kind == "unnamed":
                antecedents.source = who
        if topics and topics[-1][0] >= reached:
            antecedents.last = topics[-1][1]
        return cues

    def _holder(self, described: str, at: int) -> str | None:
        """The one person of whom the text has said before that he is what an English description has ("the new mayor")."""
        if not (found := _THE_HOLDER.fullmatch(described)):
            return None
        holds = re.compile(rf"\b{re.escape(found['role'])}\b", re.IGNORECASE)
        names = {person.name for person in self._mentions.people if any(holds.search(role) for role in person.roles)}
        if len(names) != 1:
            return None
        name = names.pop()
        before = self._mentions.within(self._text, max(0, at - 2_000), at)
        return name if any(mention.name == name for mention in before) else None

    def _resolve(self, words: str, kind: str, at: int) -> tuple[str | None, str]:
        """Whom the subject of a cue stands for, and the kind of cue that makes it."""
        forms = self._mentions.forms
        if words in forms:
            return forms[words], "organisation" if forms[words] in self._antecedents.bodies else kind
        shown = self._shown[at : at + len(words)]
        if self._english and kind in ("unnamed", "institution", "organisation"):
            # "Mr Grant", "The minister Ewan Grant"
            parts = words.split(" ")[:10]
            for ending in (" ".join(parts[i:]) for i in range(1, len(parts))):
                if ending in forms:
                    return forms[ending], "named"
        if kind == "organisation" and words in self._namesakes:
            return None, kind
        if kind == "institution":
            return shown.strip(), kind
        if kind == "unnamed":
            return re.sub(r"^(?:更有|也有|还有|有)(?=[^些])", "", shown).strip(), kind
        if kind in ("organisation", "data"):
            return organisation_of(shown, any_form=kind == "data"), "organisation"
        if words.startswith(("该", "这")) and not words.startswith("该公司"):
            return self._antecedents.source or self._antecedents.last, "pronoun"
        return self._antecedents.meant_by(words), "pronoun"


def _span(match: re.Match[str]) -> tuple[int, int]:
    """From the subject of a cue to its verb, or from the verb to the subject; of the subject alone where there is no verb."""
    first, last = sorted([match.span("who"), match.span("verb" if match["verb"] else "who")])
    return first[0], last[1]


def _is_within_another(between: str) -> bool:
    """Whether what stands between an English cue and the next leaves the next one within what the first one says."""
    return not _NEW_CLAUSE.search(between) and not re.search(rf"(?<![A-Z{RUNES[0]}{RUNES[1]}\w])\sand\s$", between)


__all__ = ["CueFinder"]
