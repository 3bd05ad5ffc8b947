"""Headlines and what newspapers set above them."""

from __future__ import annotations

import pytest
from test_blocks import described
from texts import PROSE

from rag.articles.headlines import is_title
from rag.text.lines import lines_of

PROSE_DE = """Der Hafenausschuss hat am Montag beschlossen, die beiden Becken im Norden auszubaggern, sagte die Vorsitzende am Abend.
Die Anwohner der Altstadt hatten um Aufschub gebeten, weil die Arbeiten wochenlang nachts zu h\u00f6ren sein werden.
"""


PROSE_FR = """La commission du port a d\u00e9cid\u00e9 lundi de draguer les deux bassins du nord au printemps, a d\u00e9clar\u00e9 la pr\u00e9sidente.
Les habitants de la vieille ville avaient demand\u00e9 un d\u00e9lai, parce que les travaux s'entendront la nuit.
"""


@pytest.mark.parametrize(
    ("head", "prose", "publisher", "title", "author", "date"),
    [
        ("Quays to be dredged\nGareth Lindqvist\nWed 20 Nov 2024 19.03 GMT", PROSE, None, "Quays to be dredged", "Gareth Lindqvist", "2024-11-20"),
        ("ARVELL BOROUGH COUNCIL\nMinutes of the board\nThursday 18 January 2024, 18:30, Guildhall", PROSE, "ARVELL BOROUGH COUNCIL", "Minutes of the board", None, "2024-01-18"),
        ("THE NORTHERN LEDGER\nBusiness > Ports\nQuays to be dredged\nBy Mara Lind\n2 December 2024", PROSE, "THE NORTHERN LEDGER", "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("The Northern Ledger\nOpinion\nWhat the quays need\nSimon Achebe\nPublished 1 December 2024", PROSE, "The Northern Ledger", "What the quays need", "Simon Achebe", "2024-12-01"),
        ("The Northern Ledger - Monday 2 December 2024\nQuays to be dredged\nBy Mara Lind", PROSE, "The Northern Ledger", "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("2 December 2024\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("Elbblatt\nHafen wird ausgebaggert\nVon Katrin M\u00f6ller\nStand: 02.11.2024", PROSE_DE, "Elbblatt", "Hafen wird ausgebaggert", "Katrin M\u00f6ller", "2024-11-02"),
        ("Le Phare du Nord\nLe port drague deux bassins\nPar H\u00e9l\u00e8ne Castaing\nPubli\u00e9 le 25 novembre 2024 \u00e0 08h15", PROSE_FR, "Le Phare du Nord", "Le port drague deux bassins", "H\u00e9l\u00e8ne Castaing", "2024-11-25"),
        ("Quays to be dredged\nLONDON, Feb 9 2024 (Meridian Wire) - The board met on Monday, and it will meet again in June.", PROSE, "Meridian Wire", "Quays to be dredged", None, "2024-02-09"),
        ("LONDON, Feb 9, 2024 (AP) \u2014 The board met on Monday, and it will meet again in June.", PROSE, "AP", None, None, "2024-02-09"),
        ("PRESS RELEASE \u2013 FOR IMMEDIATE RELEASE\nQuays to be dredged\nArvell, 11 July 2023 \u2013 The board met on Monday, and it will meet in June.", PROSE, None, "Quays to be dredged", None, "2023-07-11"),
        ("EDITOR NOTE: A name was corrected on Tuesday.\nQuays to be dredged\nBy Mara Lind\n3 May 2024", PROSE, None, "Quays to be dredged", "Mara Lind", "2024-05-03"),
        ("Quays to be dredged\nBy staff reporters\n3 May 2024", PROSE, None, "Quays to be dredged", None, "2024-05-03"),
        ("Correction: A name was wrong.\nIt has been put right.\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", None),
        ("\u6e2f\u53e3\u65e5\u62a5\n\u5317\u7801\u5934\u5c06\u4fee\u4e09\u4e2a\u6708\n\u8bb0\u8005\uff1a\u6797\u5c0f\u821f\n2024\u5e745\u67083\u65e5", PROSE, "\u6e2f\u53e3\u65e5\u62a5", "\u5317\u7801\u5934\u5c06\u4fee\u4e09\u4e2a\u6708", "\u6797\u5c0f\u821f", "2024-05-03"),
        ("EXCLUSIVE\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", None),
        # Titles stay titles.
        ("The Slow Server\nHow one room kept on running\nBy Alba Moreno", PROSE, None, "The Slow Server", "Alba Moreno", None),
        ("The Last Post\nBy Mara Lind", PROSE, None, "The Last Post", "Mara Lind", None),
        ("Police Chief Resigns\nSecond departure in a year\nBy Mara Lind", PROSE, None, "Police Chief Resigns", "Mara Lind", None),
        ("Harbour Post\nQuays to be dredged", PROSE, None, "Harbour Post", None, None),
        ("Opinion", PROSE, None, "Opinion", None, None),
        ("Exclusive", "The board met.", None, "Exclusive", None, None),
    ],
)  # fmt: skip
def test_heads_of_articles(
    head: str, prose: str, publisher: str | None, title: str | None, author: str | None, date: str | None
) -> None:
    found, metadata = described(f"{head}\n{prose}")
    assert (metadata.publisher, metadata.title, metadata.author, metadata.date) == (publisher, title, author, date)
    assert "\n".join(found["body"]).endswith(prose.rstrip())
    assert not any(line.startswith(("Von ", "Par ", "Stand", "Publi\u00e9")) for line in found["body"] + found["heading"])


def test_an_editors_note_stays_text() -> None:
    found, _ = described("EDITOR NOTE: A name was corrected on Tuesday.\nQuays to be dredged\nBy Mara Lind\n" + PROSE)
    assert found["body"][0] == "EDITOR NOTE: A name was corrected on Tuesday."


@pytest.mark.parametrize(
    ("first", "is_"),
    [
        ("Small labs rethink chips", True),
        ("韦乐\uff1a东西总会坏。", True),
        ("Who wins?", True),
        ("Made in the U.S.A.", True),
        ("This is a sentence, and it ends.", False),
        ("“A quotation first”", False),
        ("By Mara Lind", False),
        ("Advertisement", False),
        ("长" * 90, False),
    ],
)
def test_is_title(first: str, is_: bool) -> None:
    assert is_title(lines_of(f"{first}\nThen the text begins here.")) is is_


TITLE = "Harbour Board Extends Tidal Pilot"


@pytest.mark.parametrize(
    ("head", "publisher", "title", "author"),
    [
        (f"Business\n\n{TITLE}\n", None, TITLE, None),
        (f"{TITLE}\nTechnology\n", None, TITLE, None),
        (f"{TITLE}\nTechnology\nBy Mara Lind\n3 March 2025", None, TITLE, "Mara Lind"),
        (f"{TITLE}\nBusiness\nTechnology\nEnvironment\n3 March 2025", None, TITLE, None),
        (f"{TITLE}\n5 min read \u00b7 Technology\n3 March 2025", None, TITLE, None),
        ("Star Chef Opens Second Kitchen\nLifestyle\nStory by Mara Lind\nMarch 3, 2025", None, "Star Chef Opens Second Kitchen", "Mara Lind"),
        ("Record Rain Floods Arvell Market\nWeather\nA wet spring is on the way\nMarch 3, 2025", None, "Record Rain Floods Arvell Market", None),
        ("City Council Department Moves House\nPolitics\nCouncillors had asked for years\nMarch 3, 2025", None, "City Council Department Moves House", None),
        ("Sun Press Club Names New Chair\nCulture\nMara Lind, Staff Writer\nMarch 3, 2025", None, "Sun Press Club Names New Chair", "Mara Lind"),
        ("Post Office Times Change Again\nBusiness\nVillagers face a longer wait\nBy Mara Lind", None, "Post Office Times Change Again", "Mara Lind"),
        ("Le Pont Neuf Ferme Pour Travaux\nSoci\u00e9t\u00e9\nLes riverains se plaignent beaucoup\n3 mars 2025", None, "Le Pont Neuf Ferme Pour Travaux", None),
        ("World\nAsia\nFerry Returns to Service\nBy Mara Lind", None, "Ferry Returns to Service", "Mara Lind"),
        ("Business\n3 March 2025\nFerry Returns to Service at Last\nBy Mara Lind", None, "Ferry Returns to Service at Last", "Mara Lind"),
        ("Long Read\nThe Last Lamplighter of Osterby\nWords: Sofia Brand", None, "The Last Lamplighter of Osterby", "Sofia Brand"),
        ('"The River Was Never Ours"\nA conversation\nBy Jonas Weller', None, '"The River Was Never Ours"', "Jonas Weller"),
        # Mastheads stay mastheads.
        (f"The Arvell Herald\nBusiness\n{TITLE}\nBy Mara Lind", "The Arvell Herald", TITLE, "Mara Lind"),
        (f"Times of Arvell\nBusiness\n{TITLE}\nBy Mara Lind", "Times of Arvell", TITLE, "Mara Lind"),
        (f"Arvell Daily News\nPolitics\n{TITLE}\nBy Mara Lind", "Arvell Daily News", TITLE, "Mara Lind"),
    ],
)  # fmt: skip
def test_headlines_in_capitals_and_sections(head: str, publisher: str | None, title: str, author: str | None) -> None:
    found, metadata = described(f"{head}\n\n{PROSE}")
    assert (metadata.publisher, metadata.title, metadata.author) == (publisher, title, author)
    assert not {"Business", "Technology", "Lifestyle", "Weather", "Culture"} & {*found["body"], *found["heading"]}


def test_headings_that_are_called_like_sections_stay() -> None:
    found, metadata = described(f"Arvell\n\nEconomy\n\n{PROSE}\nEducation\n\n{PROSE}")
    assert (metadata.title, found["heading"]) == ("Arvell", ["Economy", "Education"])
    found, metadata = described(f"# Health\n\n## What we know of it so far\n\n{PROSE}", "markdown")
    assert (metadata.title, found["heading"]) == ("Health", ["What we know of it so far"])
    found, metadata = described(f"# Osterby\n\n## Travel\n\n{PROSE}", "markdown")
    assert (metadata.title, found["heading"]) == ("Osterby", ["Travel"])
