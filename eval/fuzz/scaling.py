"""Does any input explode? Every step that reads untrusted text, on texts of one repeated unit, at a size and ten times that size.

    python eval/fuzz/scaling.py [--size 100000] [--steps text,markdown,html,…] [--limit 60]

Near-linear means that ten times the text takes about ten times as long. The table has one line a step and its worst units;
the exit code is 1 when any step takes more than `--ratio` times as long (and more than a second), or longer than `--limit`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from indexed import index

from rag.articles import corpus
from rag.articles.passages import split
from rag.citation.citations import parse
from rag.citation.locating import MAX_CHARACTERS, locate
from rag.citation.verifying import verify
from rag.errors import RagError
from rag.evaluation.gold import load_gold
from rag.evaluation.runs import load_run
from rag.presentation.show import plain
from rag.retrieval.bridges import open_glossary
from rag.text.cleaning import clean
from rag.text.folding import fold
from rag.text.terms import terms
from rag.text.words import content_words
from rag.types import Article, Metadata

# One of each class of character that some pattern looks at, the marks of every markup, and pairs that patterns begin with.
UNITS = (
    *"a A 1 0 - _ = * # > < & ; : , . ! ? ( ) [ ] { } \" ' ` ~ | / \\ @ % + $ ^".split(),
    *" \t\n\r\x0b\x0c\x00\x1b\x7f\x85\xa0\u00ad\u200b\u202e\u2028\u2029\u3000\ufeff\ufdd0\ufffd\u0301",
    *"\u4e00\u7684\u3002\uff0c\uff01\uff1f\uff08\uff09\u201c\u201d\u300a\u300b\u300c\u300d\u4e28\uff1a\uff21\u00e9\u0430\u0627\u0e01\uac00\u3042\u30a2\U0001f34e\U00020000",
    *("a ", "A ", "1 ", "a\n", "A.", "a.", "a. A", "A. ", "1.", "1,", "1-", "1/1/", "2024-01-0", "2024\u5e741\u67081\u65e5", "by ", "By A ", "By A\n"),
    *("\n\n", "\r\n", " \n", "\n ", "- ", "* ", "# ", "> ", ">>", "\n>", "\n- a", "\n#", "\n---", "---\na: b\n", "a:b\n", "|a", "| ", "||\n"),
    *("[", "![", "](", "[a]", "[a](", "![a](", "[a](b)", "[![a](b)](", "((", "(a", "[(", "`a", "``", "*a", "_a ", "**a", "~~"),
    *("<a", "<a ", "<a =", "<a =\"", "<!--", "<!-- ", "-->", "<p>", "</p>", "<div>", "<b><i>", "<script>", "</script", "<title>", "<pre>", "<!", "<?", "</", "<a/>"),
    *("&#", "&#1", "&amp", "&amp;", "&a", "&#x", "&lt;p&gt;", "\u4e00(", "\u4e00(yi)", "\u4e00(a", "\u521b(chu\u00e0ng)", "?!?", "?!?/p>", "?,F(xi\u00e0n)"),
    *("\u201ca", "\u201c\u300c", "\"a", "'a", "\u300aa", "\u2026", "...", "\u2014", "\u3001", "\u6765\u6e90:", "\u6765\u6e90\uff1a ", "\u672c\u6587\u6765\u81ea", "\u4f5c\u8005:a "),
    *("\u544a\u8bc9\u4e00", "\u5411\u4e00\u4e00", "\u63a5\u53d7\u4e00", "\u8fd9\u662f\u300a", "\u4e0b\u9762\u662f\u4e00", "\u4e0e\u4e00", "told the A ", "told A", "This is A ", "published in ", "source: a ", "author a ", "author A A"),
    *("share ", "home | ", "home|", "1 views ", "\u9605\u8bfb 1", "related ", "\u70ed\u699c", "\u00a9", "https://a", "http://", "a@b.", "= ", "a = b\n", "a=", "#1-2", "a#1-2@", "{\"a\":", "[1,", "[[", "{}\n", "null\n"),
    *("\u201ca b c d\u201d ", "\u201ca\u2026", "\u201ca\u2026b\u201d a#1-2 ", "> a\n", "same#1-99 ", "same#1-99@abcdef ", "[^1]", "[^1]: same#1-99\n", "ha ha ", "(hao)", "[sic]"),
    *("a 10:02\n", "a 10:02\nb\n", "[00:00:01] a\n", "1\n", "a\f", "a\n1\n", "a-\nb\n", "Title: a\n", "a: b\n\n", "a\n\f"),
    *("[[a", "[[a|", "![[", "> [!a]", "[^a", "%%", "==a", "~a~", "1^1", "^[a", "{#a", "{a=", "[@a;", ":::", "| a | b |\n", "|-", "- [ ] a\n", "```\n", "```a\n", "#a ", "a ^b\n"),
    *("<td>a", "<tr><td>a<td>b", "<sup>1</sup>", "1<sup>1", "<sup><a>1", "<sup ", "<blockquote>a.", "<blockquote>Aaaa bbbb.", "<div class=caption>a", "<h2>a", "<h1>t</h1>", "</h1>", "<section>一。", "<span class=mw-editsection>"),
)  # fmt: skip


def _article(raw: str, form: str) -> None:
    cleaned, declared, blocks = corpus.read(raw, form)
    corpus._describe(cleaned, declared, blocks)
    split(Article("a", "a", raw, "", "utf-8", form, Metadata(), blocks), cleaned)


def _file(name: str, use: Callable[[Path], object]) -> Callable[[str], None]:
    folder = Path(tempfile.mkdtemp(prefix="rag-scaling-"))

    def step(text: str) -> None:
        (folder / name).write_text(text, "utf-8", newline="")
        use(folder / name)

    return step


def _beside(text: str) -> str:
    """The text, and in its paragraph as many quotations and as many citations as leave room for what else is in it."""
    count = len(text) // 10
    return text + "\u201ca b c d e\u201d " * count + "startups-vs-big-tech#1-999 " * count


STEPS: dict[str, Callable[[str], object]] = {
    "decode": lambda text: corpus.decode(text.encode("gb18030"), "a"),
    "clean": clean,
    "text": lambda text: _article(text, "text"),
    "markdown": lambda text: _article(text, "markdown"),
    "html": lambda text: _article(text, "html"),
    "html in a page": lambda text: _article(f"<html><head><title>t</title></head><body><article><p>{text}", "html"),
    "terms": terms,
    "words": content_words,
    "fold": fold,
    "citation": parse,
    "citation with a range": lambda text: parse(f"a{text}#1-2"),
    "glossary": _file("glossary.txt", lambda path: open_glossary(path.parent)),
    "gold": _file("gold.jsonl", load_gold),
    "run": _file("run.jsonl", load_run),
    "shown": plain,
    "locate": lambda text: locate(index(), text[: len(text) * MAX_CHARACTERS // 1_000_000]),
    "verify": lambda text: verify(index(), text),
    "verify a quotation": lambda text: verify(
        index(), f"\u201cSeveral Chinese investors{text}\u201d (startups-vs-big-tech#1-999)"
    ),
    "verify a page": lambda text: verify(index(), f"> {text[: len(text) // 50]}"),
    "verify beside citations": lambda text: verify(index(), _beside(text[: len(text) // 50])),
}


class _Late(Exception):
    pass


def _late(*_: object) -> None:
    raise _Late


def seconds(step: Callable[[str], object], text: str, limit: int) -> float:
    """How much processor time a step takes on a text; infinite where it takes longer than the limit. Errors made on purpose are answers."""
    signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, limit)
    started = time.process_time()
    try:
        step(text)
    except RagError:
        pass
    except _Late:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000, help="characters; the other size is ten times that")
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--limit", type=int, default=60, help="seconds of processor time a text may take")
    parser.add_argument("--ratio", type=float, default=25.0, help="how many times longer ten times the text may take")
    parser.add_argument("--worst", type=int, default=3)
    args = parser.parse_args()
    bad = False
    print(f"{'step':<22}{'units':>6}  worst units: seconds at {args.size:,} and at {10 * args.size:,} characters", flush=True)
    for name in args.steps.split(","):
        found = []
        for unit in UNITS:
            texts = [(unit * (n // len(unit) + 1))[:n] for n in (args.size, 10 * args.size)]
            small = seconds(STEPS[name], texts[0], args.limit)
            large = seconds(STEPS[name], texts[1], args.limit) if small < args.limit / 2 else float("inf")
            found.append((large, small, unit))
        found.sort(reverse=True)
        steep = [f for f in found if f[0] > 1 and f[0] > args.ratio * max(f[1], 1e-3)]
        bad |= bool(steep) or found[0][0] == float("inf")
        told = "   ".join(f"{json.dumps(u)} {s:.2f} {t:.2f}" for t, s, u in found[: args.worst])
        extra = "   STEEP: " + "  ".join(f"{json.dumps(u)} {s:.2f} {t:.2f}" for t, s, u in steep) if steep else ""
        print(f"{name:<22}{len(UNITS):>6}  {told}{extra}", flush=True)
    sys.exit(bad)


if __name__ == "__main__":
    main()
