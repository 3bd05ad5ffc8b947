"""Reverse lookup measured: changed quotes that must be found, similar text that must not, and the time it takes.

    python eval/bench/locate.py [--seed 2026] [--passages 20000] [--json]

Quotes of 12 to 120 characters are drawn from the five shared articles (where they are) and the sample, each changed in one of
ten ways. A quote is found when the best place, or one as good, overlaps the range it was drawn from by at least 90% of both.
Quotes are drawn without regard to words, but near places begin and end where words do: how many are found when the words that
the draw cut are made whole is printed beside it.
Text that is not there is drawn in three ways: from the half of the articles that the index lacks, by joining the ends of two
sentences of different places, and by replacing more than a quarter of a quote's letters. The large corpus is random text with the
character pairs of XQuAD-R (English and Chinese), so that its pieces are as common as those of real text. Vectors are random:
no encoder is needed to locate.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
from harness import DATA, ROOT, read_json

from rag.articles.corpus import read, sources_of
from rag.citation.locating import Place, locate
from rag.encoding.encoders import Model, Vectors
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.locations import sample
from rag.text.cleaning import CleanText
from rag.text.differences import whole_words
from rag.text.letters import letters

LENGTHS, LEAST = (12, 120), 8  # characters of a quote, and letters among them
FOUND, FALSE, SECONDS = 0.99, 0.005, 2.0


class RandomEncoder:
    """Random unit vectors."""

    model = Model("random", 8, "random")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.random.default_rng(0).normal(size=(len(texts), 8)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_passages


@contextmanager
def indexed(paths: Sequence[Path]) -> Iterator[Index]:
    """An index of the files in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="rag-locate-") as folder:
        build(Path(folder), sources_of(paths), RandomEncoder())
        yield Index(Path(folder))


def files() -> list[Path]:
    """The articles: the five shared ones where they are, and the sample."""
    shared = ROOT.parent / "shared" / "articles"
    return sorted(shared.glob("*.txt")) + sorted(sample().glob("*.txt"))


# --- changes ---------------------------------------------------------------------------------------------------------

_MARKS = str.maketrans(
    {"\u201c": "\u300c", "\u201d": "\u300d", "\u300c": "\u201c", "\u300d": "\u201d", '"': "\u201d", "'": "\u2019", "\u2019": "'", "\u300e": '"', "\u300f": '"'}
)  # fmt: skip


def other_script(text: str, dice: random.Random) -> str:
    """Traditional for Simplified or the other way round, by OpenCC's phrases."""
    from opencc import OpenCC

    simplified = OpenCC("t2s").convert(text)
    return OpenCC("s2t").convert(text) if simplified == text else simplified


def other_width(text: str, dice: random.Random) -> str:
    """Full-width forms for half-width ones and the other way round."""
    return "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text
    )


def other_marks(text: str, dice: random.Random) -> str:
    """Other quotation marks, and one pair around it all."""
    return "\u201e" + text.translate(_MARKS) + "\u201c"


def no_marks(text: str, dice: random.Random) -> str:
    """Without punctuation; points within numbers stay."""
    kept = [c for i, c in enumerate(text) if not unicodedata.category(c).startswith("P") or c == "%" or text[i - 1 : i].isdigit()]
    return "".join(kept)


def wrapped(text: str, dice: random.Random) -> str:
    """Wrapped at a random width, indented, with blank lines."""
    width = dice.randint(8, 30)
    return dice.choice(("\n", "\n    ", "\r\n", "\n\n", " \u3000\n")).join(
        text[i : i + width] for i in range(0, len(text), width)
    )


def wrong(count: int) -> Callable[[str, random.Random], str]:
    """As many letters replaced by others of the same kind."""

    def change(text: str, dice: random.Random) -> str:
        return replaced(text, dice, count)

    return change


def replaced(text: str, dice: random.Random, count: int) -> str:
    """The text with `count` letters or digits replaced by other ones."""
    places = letter_places(text)
    characters = list(text)
    for i in dice.sample(places, min(count, len(places))):
        pool = "abcdefghijklmnopqrstuvwxyz0123456789" if characters[i].isascii() else _COMMON
        characters[i] = dice.choice([c for c in pool if c != characters[i].lower()])
    return "".join(characters)


def letter_places(text: str) -> list[int]:
    """Where the letters and digits stand that count; leftovers of scraping do not."""
    read = letters(text)
    places = sorted({i for k in range(len(read)) for i in range(*read.source_range(k, k + 1))})
    return [i for i in places if text[i].isalnum()]


_COMMON = "".join(chr(code) for code in range(0x4E00, 0x9F00, 41))


def dropped(text: str, dice: random.Random) -> str:
    """One letter less."""
    place = dice.choice(letter_places(text))
    return text[:place] + text[place + 1 :]


def mixed(text: str, dice: random.Random) -> str:
    """Case, script, width, wrapping and one wrong letter at once."""
    return wrapped(other_width(other_script(replaced(text, dice, 1), dice), dice).swapcase(), dice)


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "other script": other_script,
    "other width": other_width,
    "other quotation marks": other_marks,
    "no punctuation": no_marks,
    "re-wrapped": wrapped,
    "1 wrong character": wrong(1),
    "2 wrong characters": wrong(2),
    "3 wrong characters": wrong(3),
    "1 character dropped": dropped,
    "all at once, 1 wrong": mixed,
}

# --- what is measured ------------------------------------------------------------------------------------------------


def draw(texts: dict[str, CleanText], dice: random.Random) -> tuple[str, int, int]:
    """Article and raw range of a random quote of LENGTHS in readable text, neither end of which is a blank."""
    names = sorted(texts)
    while True:
        name = dice.choices(names, [len(texts[n].text) for n in names])[0]
        size = dice.randint(*LENGTHS)
        start = dice.randrange(max(1, len(texts[name].text) - size))
        text = texts[name].text[start : start + size]
        if len(text) == size and text[0].strip() and text[-1].strip() and len(letters(text)) >= LEAST:
            return name, *texts[name].raw_range(start, start + size)


def read_all(index: Index) -> tuple[dict[str, CleanText], dict[str, str]]:
    """The readable and the raw text of every article, by id."""
    raws = {entry.id: index.raw(entry) for entry in index.entries}
    return {entry.id: read(raws[entry.id], entry.format)[0] for entry in index.entries}, raws


def is_right(places: Sequence[Place], name: str, start: int, end: int) -> bool:
    """Whether the best place, or one as good, is the range, to 90% both ways."""
    for place in places:
        shared = min(place.citation.end, end) - max(place.citation.start, start)
        longest = max(end - start, place.citation.end - place.citation.start)
        if place.citation.article == name and place.similarity == places[0].similarity and shared >= 0.9 * longest:
            return True
    return False


def measure_found(
    paths: Sequence[Path], seed: int, count: int
) -> tuple[dict[str, tuple[int, int]], list[dict[str, object]], int]:
    """By way of changing, how many quotes were found and how many there were; those that were not; and how many of all were
    found when the words that were cut are made whole.
    """
    dice = random.Random(seed)
    rows: dict[str, tuple[int, int]] = {}
    missed: list[dict[str, object]] = []
    by_words = 0
    with indexed(paths) as index:
        texts, raws = read_all(index)
        for way, change in WAYS.items():
            right = 0
            for _ in range(count // len(WAYS)):
                name, start, end = draw(texts, dice)
                quote = change(raws[name][start:end], dice)
                places = locate(index, quote, 50)
                whole = texts[name].raw_range(*whole_words(texts[name].text, *texts[name].clean_range(start, end)))
                good = is_right(places, name, start, end)
                right += good
                by_words += good or is_right(places, name, *whole)
                if not good:
                    best = [f"{p.citation} {p.similarity:.2f}" for p in places[:1]]
                    missed.append({"way": way, "quote": quote, "truth": f"{name}#{start}-{end}", "found": best})
            rows[way] = right, count // len(WAYS)
    return rows, missed, by_words


def measure_false(paths: Sequence[Path], seed: int, count: int) -> tuple[dict[str, tuple[int, int]], list[dict[str, object]]]:
    """By kind of text that is not there, how many were located all the same and how many there were; and which."""
    dice = random.Random(seed + 1)
    tally: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrongly: list[dict[str, object]] = []
    shuffled = list(paths)
    dice.shuffle(shuffled)

    def ask(index: Index, kind: str, quote: str) -> None:
        asked[kind] += 1
        if places := locate(index, quote, 1):
            tally[kind] += 1
            wrongly.append({"kind": kind, "quote": quote, "found": str(places[0].citation), "similarity": places[0].similarity, "text": places[0].text})  # fmt: skip

    third = count // 3
    for fold in (0, 1):
        with indexed(shuffled[1 - fold :: 2]) as other:
            held_out, raws = read_all(other)
        with indexed(shuffled[fold::2]) as index:
            for _ in range(third // 2):
                name, start, end = draw(held_out, dice)
                ask(index, "from articles not indexed", raws[name][start:end])
    with indexed(paths) as index:
        texts, raws = read_all(index)
        while asked["two halves of two quotes"] < third:
            (a, start, middle), (b, other, end) = draw(texts, dice), draw(texts, dice)
            half = min(middle - start, end - other) // 2
            first, second = raws[a][start : start + half], raws[b][end - half : end]
            sizes = len(letters(first)), len(letters(second))
            if 2 * half >= LENGTHS[0] and min(sizes) >= 0.4 * sum(sizes) >= 0.4 * LEAST and (a != b or abs(start - other) > 500):
                ask(index, "two halves of two quotes", first + second)
        while sum(asked.values()) < count:
            name, start, end = draw(texts, dice)
            quote = raws[name][start:end]
            size = len(letter_places(quote))
            ask(index, "more than 25% of letters wrong", replaced(quote, dice, int(size * dice.uniform(0.25, 0.6)) + 1))
    return {kind: (tally[kind], asked[kind]) for kind in asked}, wrongly


def synthesise(folder: Path, passages: int, dice: random.Random) -> list[Path]:
    """Articles of random text, 20 passages' worth each, with the character pairs of XQuAD-R, four in five Chinese."""
    follows: dict[str, dict[str, list[str]]] = {}
    for lang in ("zh", "en"):
        data = read_json(DATA / "xquad-r" / f"{lang}.json")["data"]
        text = " ".join(p["context"] for article in data for p in article["paragraphs"])
        units = text.split(" ") if lang == "en" else list(text.replace(" ", ""))
        follows[lang] = defaultdict(list)
        for a, b in pairwise(units):
            follows[lang][a].append(b)
    paths = []
    for number in range(passages // 20):
        lang, size = ("en", 800) if number % 5 == 0 else ("zh", 4_600)
        unit = dice.choice(list(follows[lang]))
        units = []
        for _ in range(size):
            units.append(unit)
            unit = dice.choice(follows[lang][unit] or list(follows[lang]))
        paths.append(folder / f"article{number:05}.txt")
        paths[-1].write_text((" " if lang == "en" else "").join(units), "utf-8")
    return paths


def measure_speed(passages: int, seed: int) -> dict[str, float]:
    """Seconds that 100 quotes, changed in all ways, take against a large index once it is loaded, and how many were found."""
    dice = random.Random(seed + 2)
    with tempfile.TemporaryDirectory(prefix="rag-locate-") as folder, indexed(synthesise(Path(folder), passages, dice)) as index:
        texts, raws = read_all(index)
        drawn = [draw(texts, dice) for _ in range(100)]
        quotes = [list(WAYS.values())[i % 10](raws[n][a:b], dice) for i, (n, a, b) in enumerate(drawn)]
        del texts, raws
        locate(index, "a first quote, to load what is loaded once")
        began, used = time.perf_counter(), time.process_time()
        found = [locate(index, quote) for quote in quotes]
        seconds, used = time.perf_counter() - began, time.process_time() - used
        right = sum(is_right(places, *place) for places, place in zip(found, drawn, strict=True))
        return {
            "passages": len(index.passages),
            "letters": len(index.suffixes),
            "quotes": len(quotes),
            "seconds": round(seconds, 3),
            "processor_seconds": round(used, 3),
            "found": right,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=2026, help="of what is drawn (default: 2026; chosen on 1 to 3)")
    parser.add_argument("--count", type=int, default=500, help="quotes that are there, and as many that are not (default: 500)")
    parser.add_argument("--passages", type=int, default=20_000, help="of the large corpus; 0 leaves it out (default: 20000)")
    parser.add_argument("--misses", action="store_true", help="print what went wrong, one JSON object a line, on stderr")
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")
    options = parser.parse_args()
    paths = files()
    found, missed, by_words = measure_found(paths, options.seed, options.count)
    false, wrongly = measure_false(paths, options.seed, options.count)
    speed = measure_speed(options.passages, options.seed) if options.passages else None
    if options.misses:
        for record in (*missed, *wrongly):
            print(json.dumps(record, ensure_ascii=False), file=sys.stderr)
    right, all_there = (sum(row[i] for row in found.values()) for i in (0, 1))
    located, none_there = (sum(row[i] for row in false.values()) for i in (0, 1))
    if options.json:
        print(json.dumps({"articles": len(paths), "seed": options.seed, "found": found, "false": false, "speed": speed}))
    else:
        print(f"{len(paths)} articles, seed {options.seed}\n\n{'quotes that are there':34}{'found':>9}{'of':>6}")
        for name, (got, of) in found.items():
            print(f"  {name:32}{got:>9}{of:>6}")
        print(f"  {'all':32}{got_share(right, all_there):>9}{all_there:>6}   (at least {FOUND:.0%})")
        print(f"  {'all, with whole words':32}{got_share(by_words, all_there):>9}{all_there:>6}\n")
        print(f"{'text that is not there':34}{'located':>9}{'of':>6}")
        for name, (got, of) in false.items():
            print(f"  {name:32}{got:>9}{of:>6}")
        print(f"  {'all':32}{got_share(located, none_there):>9}{none_there:>6}   (at most {FALSE:.1%})")
        if speed:
            print(f"\n{speed['quotes']} quotes against {speed['passages']:,} passages ({speed['letters']:,} letters): {speed['seconds']:.2f} s ({speed['processor_seconds']:.2f} s of one processor), {speed['found']} found")  # fmt: skip
    good = right >= FOUND * all_there and located <= FALSE * none_there and (not speed or speed["processor_seconds"] <= SECONDS)
    return 0 if good else 1


def got_share(got: int, of: int) -> str:
    """A share in per cent with one decimal."""
    return f"{100 * got / of:.1f}%"


if __name__ == "__main__":
    sys.exit(main())
