"""Find and load articles: files, folders and globs; decoding, metadata, blocks."""

from __future__ import annotations

import fnmatch
import glob as globbing
import hashlib
import os
import re
import stat
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from rag.articles.blocks import assign_roles, divide
from rag.articles.bylines import is_byline, is_date_line
from rag.articles.columns import find_columns, find_gutters
from rag.articles.headlines import is_section
from rag.articles.interruptions import find_interruptions
from rag.articles.labels import read_labels
from rag.articles.mail import find_mail_frames
from rag.articles.markup import clean_html, read_html
from rag.articles.metadata import find_author, find_publisher, find_url
from rag.articles.notes import read_markdown
from rag.articles.outlets import dateline, han_dateline
from rag.articles.pagination import find_folios, hyphenated
from rag.articles.transcripts import find_turns
from rag.articles.unwrapping import hard_wraps
from rag.errors import ArticleError, InputError
from rag.text.cleaning import CleanText, Edit, clean
from rag.text.dates import find_published
from rag.text.folding import narrow
from rag.text.lines import ends_sentence, lines_of
from rag.text.scripts import language_of, script_of
from rag.types import Article, Block, Metadata, Role

FORMATS = {".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file, folder or glob pattern that articles come from, as an absolute path."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """An article file, the source it was found through, and its article id."""

    path: Path
    source: Source
    id: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, and why, in one sentence."""

    path: str
    reason: str


def sources_of(paths: Sequence[str | os.PathLike[str]]) -> list[Source]:
    """The sources that the user's words name. Raises InputError for one that names nothing."""
    sources = []
    for given in paths:
        text = os.fspath(given)
        path = Path(text).expanduser()
        if path.is_dir():
            sources.append(Source(str(path.resolve()), "folder"))
        elif path.is_file():
            if path.suffix.lower() not in FORMATS:
                raise InputError(f"{text}: not an article file; known are {', '.join(FORMATS)}.")
            sources.append(Source(str(path.resolve()), "file"))
        elif globbing.has_magic(text) and not path.exists():
            sources.append(Source(os.path.abspath(path), "glob"))  # noqa: PTH100 - resolves no links
        else:
            raise InputError(f"{text}: no such file or folder; give a file, a folder or a quoted glob such as 'notes/*.md'.")
    return sorted(set(sources))


def scan(sources: Sequence[Source]) -> list[Found]:
    """The article files of the sources, ordered by article id.

    Hidden files and folders, files of other kinds and links that lead out of a folder are passed over. The id is the file
    stem; where two files share a stem, each is called by its path within its folder, without the suffix unless that is
    shared too. Raises InputError when there are none.
    """
    files: dict[Path, Source] = {}
    for source in sources:
        for path in _files_of(source):
            files.setdefault(path, source)
    if not files:
        named = ", ".join(source.path for source in sources)
        raise InputError(f"{named}: no articles there; articles are files ending in {', '.join(FORMATS)}.")
    ids = identify(list(files.items()))
    found = [Found(path, source, ids[path]) for path, source in files.items()]
    return sorted(found, key=lambda f: (f.id, str(f.path)))


def _files_of(source: Source) -> list[Path]:
    if source.kind == "folder":
        paths = []
        root = Path(source.path)
        for directory, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            paths += [Path(directory, name) for name in names if not name.startswith(".")]
        inside = [p for p in paths if p.suffix.lower() in FORMATS and p.resolve().is_relative_to(root)]
        return sorted(p for p in inside if p.is_file())
    if source.kind == "glob":
        matched = [path for path in _glob(source.path) if path.suffix.lower() in FORMATS]
        root = _fixed(source.path).resolve()
        return sorted(p for p in matched if p.is_file() and p.resolve().is_relative_to(root))
    return [Path(source.path)]


def _fixed(pattern: str) -> Path:
    """The folder that an absolute pattern names before its first wildcard."""
    parts = Path(pattern).parts
    fixed = next((i for i, part in enumerate(parts) if globbing.has_magic(part)), len(parts) - 1)
    return Path(*parts[:fixed])


def _glob(pattern: str) -> list[Path]:
    """What an absolute pattern matches. `**` goes into no links, which might lead round in circles, and no hidden folders."""
    if "**" not in Path(pattern).parts:
        return [Path(name) for name in globbing.glob(pattern)]  # noqa: PTH207 - absolute
    root = _fixed(pattern)
    wanted = Path(pattern).parts[len(root.parts) :]
    found = []
    for directory, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(directory).relative_to(root).parts
        found += [Path(directory, name) for name in names if _fits((*inside, name), wanted)]
    return found


def _fits(names: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether the parts of a path match those of a pattern; wildcards match no hidden names."""
    if not names or not pattern:
        return not names and all(part == "**" for part in pattern)
    first, hidden = pattern[0], names[0].startswith(".")
    if first == "**":
        return _fits(names, pattern[1:]) or not hidden and _fits(names[1:], pattern)
    return fnmatch.fnmatch(names[0], first) and (not hidden or first.startswith(".")) and _fits(names[1:], pattern[1:])


def belongs(path: Path, source: Source) -> bool:
    """Whether a file, links followed, still lies within the folder or glob that it was found through."""
    root = {"folder": Path(source.path), "glob": _fixed(source.path)}.get(source.kind)
    return path == Path(source.path) if root is None else path.resolve().is_relative_to(root.resolve())


def identify(files: Sequence[tuple[Path, Source]]) -> dict[Path, str]:
    """An id for each file: the shortest of stem, path within its source without suffix, with suffix, and full path that
    no other of the files shares."""
    sources = dict(files)

    def within(path: Path) -> Path:
        return _within(path, sources[path])

    ids: dict[Path, str] = {}
    for name in (_stem, lambda path: str(within(path).with_suffix("")), lambda path: str(within(path)), str):
        left = [path for path in sources if path not in ids]
        counts = Counter(_printable(name(path)) for path in left)
        taken = set(ids.values())
        ids |= {path: i for path in left if counts[i := _printable(name(path))] == 1 and i not in taken}
    for path in sources:  # names that differ only in what cannot be printed
        ids.setdefault(path, f"{_printable(str(path))}~{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}")
    return ids


def _stem(path: Path) -> str:
    return path.stem


def _within(path: Path, source: Source) -> Path:
    root = Path(source.path) if source.kind == "folder" else Path(source.path).parent
    return path.relative_to(root) if path.is_relative_to(root) else path


def _printable(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", text)


def load(found: Found) -> Article:
    """Read, decode and describe one article. Raises ArticleError, which names the file, when it cannot be read."""
    data, raw, encoding = read_text(found.path)
    form = FORMATS[found.path.suffix.lower()]
    cleaned, metadata, blocks = read(raw, form)
    return Article(
        id=found.id,
        path=str(found.path),
        raw=raw,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        format=form,
        metadata=_describe(cleaned, metadata, blocks),
        blocks=blocks,
    )


def read_text(path: Path) -> tuple[bytes, str, str]:
    """The bytes of an article file, their text and its encoding. Raises ArticleError, which names the file, when it has none."""
    data = read_bytes(path)
    raw, encoding = decode(data, str(path))
    if not raw.strip():
        raise ArticleError(f"{path}: the file is empty.")
    return data, raw, encoding


def read(raw: str, form: str) -> tuple[CleanText, Metadata, tuple[Block, ...]]:
    """Readable text, declared metadata and blocks of a decoded source in one of the FORMATS."""
    if form == "html":
        cleaned, metadata, blocks = read_html(raw)
        return cleaned, metadata, _furnish(cleaned, blocks)
    if form == "markdown":
        cleaned, metadata, start = read_markdown(raw)
        cleaned = _join_wraps(raw, _read_on(raw, cleaned))
        front = (Block(0, start, Role.BOILERPLATE),) if start else ()
        labelled, above = (metadata, ()) if start else read_labels(cleaned)
        blocks = divide(cleaned, above or _before_heading(raw, cleaned, start))
        return cleaned, labelled, front + tuple(_mark_heading(raw, block) for block in blocks)
    cleaned = clean_source(raw, form)
    day = find_turns(raw)[1]
    labelled, above = read_labels(cleaned)
    blocks = _hide(divide(cleaned, above), [*find_columns(raw), *find_mail_frames(raw)])
    return cleaned, replace(labelled, date=labelled.date or day), blocks


def _hide(blocks: tuple[Block, ...], ranges: Sequence[tuple[int, int]]) -> tuple[Block, ...]:
    """The blocks, those of the body that begin in one of the ranges as furniture."""
    hidden = sorted(ranges)
    starts = [start for start, _ in hidden]
    found = list(blocks)
    for i, block in enumerate(blocks):
        place = bisect_right(starts, block.start) - 1
        if block.role is not Role.TITLE and place >= 0 and block.start < hidden[place][1]:
            found[i] = replace(block, role=Role.BOILERPLATE)
    return tuple(found)


def clean_source(raw: str, form: str) -> CleanText:
    """The readable text alone that `read` gives, without looking at what the blocks are."""
    if form == "html":
        return clean_html(raw)
    if form == "markdown":
        return _join_wraps(raw, _read_on(raw, read_markdown(raw)[0]))
    return _join_wraps(raw, _read_on(raw, clean(raw, [*find_folios(raw), *find_gutters(raw), *find_turns(raw)[0]])))


def _before_heading(raw: str, cleaned: CleanText, start: int) -> tuple[Role, ...]:
    """The roles of the lines before the first heading of the first level, where none of them is a sentence: menus of a page
    that was saved as Markdown. A title that is called like a section, where no other heading of that level follows."""
    marks = re.compile(r"^[ \t]{0,3}#[ \t]+(?=(\S[^\n]*))", re.MULTILINE)
    heading = marks.search(raw, start)
    if heading and not raw[start : heading.start()].strip() and is_section(heading[1].strip()):
        return () if marks.search(raw, heading.end()) else (Role.TITLE,)
    lines = lines_of(cleaned.text[: cleaned.clean_range(0, heading.start())[1]]) if heading else []
    plain = 0 < len(lines) <= 40 and not any(ends_sentence(line.text) for line in lines)
    return (Role.BOILERPLATE,) * len(lines) if plain else ()


def _mark_heading(raw: str, block: Block) -> Block:
    """A body block of Markdown that begins with number signs is a heading, and so is what is called like a section."""
    plain = block.role is Role.BOILERPLATE and is_section(raw[block.start : block.end].strip("*_` "))
    if (block.role is Role.BODY or plain) and re.search(
        r"(?:^|\n)[ \t]{0,3}#{1,6}[ \t]+[*_`]{0,3}$", raw[max(0, block.start - 16) : block.start]
    ):
        return Block(block.start, block.end, Role.HEADING)
    return block


def _read_on(raw: str, cleaned: CleanText) -> CleanText:
    """Furniture within a sentence is left out, so that the sentence reads on."""
    found = find_interruptions(cleaned.text)
    if not found:
        return cleaned
    edits = [Edit(*cleaned.raw_range(start, end), text) for start, end, text in found]
    return CleanText.build(raw, [*edits, *_outside(cleaned.edits, edits)])


def _outside(edits: Sequence[Edit], cut: Sequence[Edit]) -> list[Edit]:
    """The edits that overlap with none of those that cut, which are in order."""
    ends = [edit.end for edit in cut]
    return [e for e in edits if (i := bisect_right(ends, e.start)) == len(cut) or e.end <= cut[i].start]


def _join_wraps(raw: str, cleaned: CleanText) -> CleanText:
    """Line feeds that wrap a paragraph by hand read as a blank, or as nothing between wide characters."""
    wraps = hard_wraps(cleaned.text)
    if not wraps:
        return cleaned
    text = cleaned.text
    hyphens = hyphenated(text, wraps)
    edits = [
        Edit(
            *cleaned.raw_range(i - (hyphens.get(i) is False), i + 1),
            "" if i in hyphens or min(text[i - 1], text[i + 1]) > "\u2e80" else " ",
        )
        for i in wraps
    ]
    replaced = {edit[1] for edit in edits}
    return CleanText.build(raw, [*edits, *(edit for edit in cleaned.edits if edit.end not in replaced)])


def _furnish(cleaned: CleanText, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """HTML blocks that read as furniture are furniture, whatever element they stand in."""
    kept = [block for block in blocks if block.role is not Role.BOILERPLATE]
    lines = [line for b in kept for line in lines_of(readable(cleaned, b).replace("\n", " "))]
    roles = assign_roles(lines, title=False)
    judged = {
        block: role
        for block, role in zip(kept, roles, strict=True)
        if block.role is not Role.TITLE and (role is Role.BOILERPLATE or role is Role.BYLINE and block.role is not Role.HEADING)
    }
    judged |= {
        block: Role.BYLINE for block in _below_title(blocks) if is_byline(" ".join(narrow(readable(cleaned, block)).split()))
    }
    judged |= {block: Role.BYLINE for block in _right_below_title(blocks) if _is_dated(readable(cleaned, block))}
    return tuple(Block(b.start, b.end, judged.get(b, b.role)) for b in blocks)


def _below_title(blocks: Sequence[Block]) -> list[Block]:
    """What extraction left out of the eight blocks after the title."""
    place = next((i for i, block in enumerate(blocks) if block.role is Role.TITLE), len(blocks))
    return [block for block in blocks[place + 1 : place + 9] if block.role is Role.BOILERPLATE]


def _right_below_title(blocks: Sequence[Block]) -> list[Block]:
    """What extraction left out of the four blocks between the title and the text."""
    place = next((i for i, block in enumerate(blocks) if block.role is Role.TITLE), len(blocks))
    below = list(takewhile(lambda block: block.role not in (Role.BODY, Role.HEADING), blocks[place + 1 : place + 5]))
    return [block for block in below if block.role is Role.BOILERPLATE]


def _is_dated(text: str) -> bool:
    return is_date_line(" ".join(narrow(text).split()))


def readable(cleaned: CleanText, block: Block) -> str:
    """The readable text of a block."""
    start, end = cleaned.clean_range(block.start, block.end)
    return cleaned.text[start:end]


def read_bytes(path: Path) -> bytes:
    """The bytes of an article file. Raises ArticleError when it is too large, no plain file or cannot be opened."""
    try:
        # A pipe or device may have taken the place of a file since it was found: neither is waited for nor read to its end.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ArticleError(f"{path}: not a plain file.")
            data = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else b""
        if max(status.st_size, len(data)) > MAX_BYTES:
            size = max(status.st_size, len(data)) / 1e6
            raise ArticleError(
                f"{path}: {size:.0f} MB is more than the {MAX_BYTES / 1e6:.0f} MB an article may have; split it, for a text "
                f"with 'split -C 30m --additional-suffix={path.suffix.lower()} FILE'."
            )
        return data
    except OSError as error:
        raise ArticleError(f"{path}: cannot be read ({error.strerror or error}).") from error


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and encoding of a file's bytes: UTF-8 with or without mark, UTF-16 with mark, GB18030 or Big5.

    Nothing is replaced or dropped. Most Big5 bytes are valid GB18030 as well, so of the two the one wins that yields more
    common characters; a text that is mostly rare characters in both is refused. Raises ArticleError naming the file.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                place = error.start + len(mark)
                raise ArticleError(f"{name}: damaged {encoding} text at byte {place}; save it again as UTF-8.") from error
            if "\x00" in text:
                raise ArticleError(f"{name}: a binary file, not text.")
            return text, encoding
    if b"\x00" in data or sum(data[:4096].count(c) for c in range(1, 9)) > len(data[:4096]) / 20:
        raise ArticleError(f"{name}: a binary file, not text.")
    if b"\x1b$" in data:
        raise ArticleError(f"{name}: ISO-2022 text is not read; save it as UTF-8.")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        position = error.start
    candidates = []
    for encoding in ("gb18030", "big5"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        wide = _wide(text)
        if len(_KANA.findall(wide)) > len(wide) / 8 and _decodes(data, "euc_jp"):
            break  # its kana are those of GB18030, its Han characters are not
        candidates.append((_plausibility(wide, encoding), text, encoding))
    best = max(candidates, key=lambda c: c[0], default=None)
    if best is None or best[0] < 0.5:
        raise ArticleError(f"{name}: not UTF-8 (byte {position}), and neither GB18030 nor Big5; save it as UTF-8.")
    return best[1], best[2]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_WIDE = re.compile(r"[^\x00-\x7f]+")
_KANA = re.compile("[\u3041-\u30fe]")
# What runs through Chinese text on any subject: the commonest characters in both scripts, and punctuation.
_COMMON = re.compile(
    "[的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學对對可里裡"
    "后後小么麼心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三已老从從动動"
    "两兩长長新现現分将將外但身些与與高意进進把法此实實回二理美月明其种種关關机機业業场場创創资資投、。“”《》「」\uff0c\uff1a]"
)


def _wide(text: str) -> str:
    return "".join(_WIDE.findall(text))[:20_000]


def _plausibility(wide: str, encoding: str) -> float:
    """Share of these non-ASCII characters that stand in the encoding's zones of common Han characters and punctuation.

    Zero where hardly any is among the commonest of all: Korean and Japanese text read as Chinese.
    """
    zones = ((0xB0, 0xD7), (0xA1, 0xA3)) if encoding == "gb18030" else ((0xA4, 0xC6), (0xA1, 0xA3))
    if len(wide) >= 8 and len(_COMMON.findall(wide)) < len(wide) / 10:
        return 0.0
    common = 0
    for character in wide:
        code = character.encode(encoding)
        lead_fits = any(low <= code[0] <= high for low, high in zones)
        common += len(code) == 2 and lead_fits and (encoding == "big5" or code[1] >= 0xA1)
    return common / len(wide) if wide else 0.0


def _describe(cleaned: CleanText, declared: Metadata, blocks: Sequence[Block]) -> Metadata:
    texts = [(block.role, readable(cleaned, block)) for block in blocks]
    plain = [(role, narrow(text)) for role, text in texts]
    head = next((i for i, (role, _) in enumerate(plain) if role is Role.TITLE), 0)
    masthead = next((text for role, text in plain[:head] if role is Role.BYLINE and not is_byline(text)), None)
    bylines = [text for i, (role, text) in enumerate(plain) if role is Role.BYLINE and (i > head or text != masthead)]
    openings = [text for role, text in plain if role is Role.BODY][:2]
    opening = next(filter(None, (dateline(text) or han_dateline(text) for text in openings)), None)
    furniture = [text for role, text in plain if role is Role.BOILERPLATE]
    body = "\n".join(text for role, text in texts if role in (Role.BODY, Role.HEADING))
    titles = [text for role, text in texts if role is Role.TITLE]
    script = script_of(body or cleaned.text)
    language = language_of(body or cleaned.text, script)
    dated = [*([masthead] if masthead else ()), *bylines, *([opening.text] if opening else ())]
    found = Metadata(
        title=_LABELLED_TITLE.sub("", " ".join(titles[0].split())) if titles else None,
        publisher=find_publisher(bylines, narrow(body), masthead, opening),
        author=find_author(bylines) or (opening.writer if opening else None),
        date=find_published(dated, language),
        url=find_url(bylines + [line for line in furniture if "http" in line and "unsubscribe" not in line.lower()]),
        language=language,
        script=script,
    )
    if found.title and declared.title and _is_titled(declared.title, found.title):
        declared = replace(declared, title=None)
    names = ("title", "publisher", "author", "date", "url")
    return replace(found, **{name: value for name in names if (value := getattr(declared, name))})


_LABELLED_TITLE = re.compile(
    r"^(?:title|headline|\u6807\u9898|\u6a19\u984c|\u9898\u76ee|\u984c\u76ee)\s?[:\uff1a]\s*(?=\S)", re.IGNORECASE
)


def _is_titled(declared: str, headline: str) -> bool:
    """Whether a declared title is the headline and behind it the name of the site."""
    return declared.startswith(headline) and re.match(r"\s*[-\u2013\u2014|_\u00b7]\s*\S", declared[len(headline) :]) is not None


__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Found",
    "Skipped",
    "Source",
    "belongs",
    "clean_source",
    "decode",
    "identify",
    "load",
    "read",
    "read_bytes",
    "read_text",
    "readable",
    "scan",
    "sources_of",
]
