"""The genders of the people in an English text: by honorific, by kin, or by first name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.names.honorifics import MEN_EN, WOMEN_EN
from rag.names.titles import KIN_MEN_EN, KIN_WOMEN_EN

_HONOURED = dict.fromkeys(MEN_EN, "m") | dict.fromkeys(WOMEN_EN, "f")
_RELATED = dict.fromkeys(KIN_MEN_EN, "m") | dict.fromkeys(KIN_WOMEN_EN, "f")
_NAMED = r"([A-Z][\w'’-]{0,30}(?:\s[A-Z][\w'’-]{0,30})?)"
_HONOURS = re.compile(rf"\b({'|'.join(_HONOURED)})\.?\s{_NAMED}")
_KIN = re.compile(rf"\b({'|'.join(_RELATED)}),?\s{_NAMED}")


def genders(text: str, forms: Mapping[str, str]) -> dict[str, str]:
    """The gender, "m" or "f", of those people of whom the text tells it or whose first name does, by their names.

    `forms` are the forms by which the text calls people, each with the name. What stands in the text goes before a first name.
    """
    told = [(match[2], _HONOURED[match[1]]) for match in _HONOURS.finditer(text)]
    told += [(match[2], _RELATED[match[1]]) for match in _KIN.finditer(text)]
    found: dict[str, str] = {}
    for words, gender in told:
        if name := forms.get(words) or forms.get(words.split()[0]):
            found.setdefault(name, gender)
    for name in set(forms.values()):
        if first := _FIRST_NAMES.get(name.split()[0]):
            found.setdefault(name, first)
    return found


# Common first names of one gender only; a pronoun of the other is somebody else.
_FIRST_NAMES = {
    **dict.fromkeys(
        "Adam Andrew Anthony Arthur Ben Benjamin Bernard Brian Bruce Carlos Charles Christopher Colin Daniel David Dennis Derek Donald Douglas Duncan Edward Eric "
        "Frank Fred Gareth Gary Geoffrey George Gordon Graham Gregory Harold Harry Henry Howard Hugh Ian Isaac Ivan Jack Jacob James Jason Jeffrey Jeremy Joe John "
        "Jonathan Joseph Juan Keith Kenneth Kevin Lars Lawrence Leo Luke Malcolm Mark Martin Matthew Michael Mike Mohammed Neil Nicholas Nigel Oliver Oscar Owen "
        "Patrick Paul Pedro Peter Philip Ralph Raymond Richard Robert Roger Ronald Roy Russell Samuel Simon Stephen Steven Stuart Thomas Timothy Tom Trevor Vincent "
        "Walter William".split(),
        "m",
    ),
    **dict.fromkeys(
        "Abigail Agnes Alice Alison Amanda Amelia Amy Angela Ann Anna Anne Audrey Barbara Beatrice Betty Brenda Bridget Carol Caroline Catherine Charlotte Christine "
        "Claire Clara Deborah Diana Donna Doris Dorothy Edith Eleanor Elizabeth Ella Ellen Emily Emma Esther Eva Eve Fatima Fiona Florence Frances Georgina Grace Hannah "
        "Harriet Heather Helen Irene Isabel Jane Janet Jennifer Jenny Jessica Joanna Joyce Judith Julia Julie Karen Kate Katherine Kathleen Laura Linda Lisa Louise Lucy "
        "Margaret Maria Marie Martha Mary Maya Michelle Miriam Monica Nancy Naomi Natalie Nora Olivia Pamela Patricia Paula Rachel Rebecca Rita Rosa Rose Ruth Sally Sandra "
        "Sarah Sharon Sheila Sophia Sophie Stella Susan Sylvia Teresa Theresa Ursula Valerie Vera Veronica Victoria Virginia Wendy Yvonne Zoe".split(),
        "f",
    ),
}


__all__ = ["genders"]
