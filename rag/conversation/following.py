"""Follow-up questions: what "and what does he say about data?" asks after a question about one speaker.

Rules, not a model, in English and Chinese: a pronoun is the one speaker, or else the one person of whom the articles tell,
whom the question or answer before was about; a fragment ("and in China?", "why?", \u90a3\u5085\u76db\u5462?) is joined with the question
before, and a name takes the place of the only name there. How a question was understood is meant to be shown: what no rule
reads for certain is asked as it stands.
"""

from __future__ import annotations

from rag.answering.answers import Answer
from rag.conversation.anaphora import read_pronoun
from rag.conversation.dialogue import Before, FollowUp, Understood
from rag.conversation.ellipsis import read_fragment, read_name
from rag.conversation.proper_names import proper_names
from rag.conversation.speaker_names import speaker_called, speakers_in
from rag.conversation.views import WHO
from rag.indexing.index import Index
from rag.indexing.speakers import called
from rag.text.folding import fold, narrow


def understand(index: Index, question: str, before: Before | None, speaker: str | None = None) -> Understood | None:
    """What a question asks after the one before; None where it stands on its own.

    `speaker` is whoever's words all questions are asked of at present: "he" is that one first, and no other takes the place.
    """
    text = narrow(" ".join(question.split())).rstrip("?!.\u3002 ")
    if len(fold(text)) != len(text) or not text or WHO in text:
        return None
    follow = FollowUp.read(index, text, before, speaker, asks=question.rstrip().endswith(("?", "\uff1f")))
    found = read_name(follow) or read_pronoun(follow) or read_fragment(follow)
    return _held(follow, found) if found else None


def _held(follow: FollowUp, found: Understood) -> Understood:
    """What was understood, unless it brings in another than the speaker whose words all questions are asked of."""
    only = speaker_called(follow.index, follow.speaker)
    if not only or found.note:
        return found
    joined = [speaker for _, _, speaker in speakers_in(follow.index, found.question) if speaker not in follow.named]
    if all(speaker == only for speaker in (*joined, found.speaker or only)):
        return found
    return follow.doubted(f"All questions are asked of what {' '.join(called(only))} says (/speaker)")


def remember(index: Index, answer: Answer, speaker: str | None, understood: Understood | None, before: Before | None) -> Before:
    """What the next question may refer to, after an answer to a question asked of a speaker's words (None: all).

    A fragment that was not understood and names nobody leaves what was before.
    """
    if understood is None or not understood.note:
        return Before(answer, speaker, *((understood.base, understood.about) if understood else ()))
    if before is None or speakers_in(index, answer.question) or proper_names(answer.question):
        return Before(answer, speaker)
    return before if understood.base else Before(answer, speaker, earlier=before.earlier or before)


__all__ = ["remember", "understand"]
