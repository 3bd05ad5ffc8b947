"""The report of an evaluation: one HTML file that needs nothing else, for people to look at.

Everything that comes from articles, questions or runs is escaped, and the page's own policy lets only its own script run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from rag import __version__
from rag.articles.corpus import read
from rag.errors import InputError
from rag.evaluation.evaluating import Evaluation
from rag.evaluation.gold import Evidence, GoldQuestion
from rag.evaluation.plots import bars_plot, ranks_plot, reliability_plot, roc_plot, safe, success_plot
from rag.evaluation.scoring import (
    DEPTH,
    MEASURES,
    Interval,
    Record,
    Scored,
    auroc,
    bootstrap,
    confidences,
    groups,
    places,
    refusal,
    reliability,
    roc,
    success,
    summary,
)
from rag.indexing.index import Index
from rag.text.cleaning import CleanText

_CONTEXT = 40  # characters shown on either side of evidence
_HEADLINE = ("R@1", "R@5", "R@10", "RR@10", "nDCG@10", "evidence@10", "quote@1")
_STATES = {
    "first": "right at rank 1",
    "found": "right at rank 2 to 10",
    "missed": "missed",
    "refused": "refused, rightly",
    "wrong": "answered, wrongly",
    "silent": "refused, wrongly",
    "fault": "any fault",
}
Readable = Callable[[str], CleanText | None]


def write_report(path: Path, evaluation: Evaluation, index: Index, title: str) -> None:
    """Write the report, with the folders on the way to it. Raises InputError where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(evaluation, index, title), "utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path}: the report cannot be written there ({error.strerror or error}).") from error


def page(evaluation: Evaluation, index: Index, title: str) -> str:
    """The report as HTML."""
    style, script = (files("rag").joinpath(f"data/report.{kind}").read_text("utf-8") for kind in ("css", "js"))
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    answerable = sum(s.answerable for s in evaluation.scored)
    counts = f"{len(evaluation.scored)} questions, {answerable} of them answerable"
    over = f"{len(index.entries)} articles, {len(index.passages)} passages of at most {index.settings.passage_size} characters, {index.model.name}"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{safe(title)} – rag eval</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
            f'<h1>{safe(title)}</h1>\n<div class="dim">{safe(counts)} · {safe(over)} · rag {__version__}</div>',
            *_tiles(evaluation),
            *_plots(evaluation),
            *_tables(evaluation),
            *_questions(evaluation, index),
            f"</main>\n<script>{script}</script>\n</body>\n</html>\n",
        ]
    )


# --- figures ----------------------------------------------------------------------------------------------------------


def _tiles(evaluation: Evaluation) -> Iterable[str]:
    scored = evaluation.scored
    yield '<section class="tiles">'
    overall = summary([s for s in scored if s.answerable]).get("all", {})
    for measure in _HEADLINE:
        if measure in overall:
            yield _tile(measure, f"{overall[measure].mean:.3f}", _spread(overall[measure]), overall[measure])
    for answerable, name in ((False, "rightly refused"), (True, "wrongly refused")):
        if refused := [float(not s.answered) for s in scored if s.answerable is answerable]:
            interval = bootstrap(refused)
            yield _tile(name, f"{interval.mean:.1%}", _spread(interval), interval)
    if (area := auroc(*confidences(scored))) is not None:
        yield _tile("AUROC", f"{area:.3f}", "of confidence")
    if evaluation.validity.share is not None:
        printed = evaluation.validity.passages + evaluation.validity.quotes
        yield _tile("citations verified", f"{evaluation.validity.share:.1%}", f"of {printed:,} printed")
    if evaluation.took:
        yield _tile("median question", f"{evaluation.took[0]:.1f} ms", f"p95 {evaluation.took[1]:.0f} ms")
    yield "</section>"


def _tile(name: str, value: str, note: str, interval: Interval | None = None) -> str:
    track = ""
    if interval:
        left, width = interval.low * 100, (interval.high - interval.low) * 100
        track = f'<div class="track"><i style="left:{left:.1f}%;width:{width:.1f}%"></i><u style="left:{interval.mean * 100:.1f}%"></u></div>'
    return f'<div class="tile"><span>{safe(name)}</span><b>{safe(value)}</b>{track}<span>{safe(note)}</span></div>'


def _spread(interval: Interval) -> str:
    return f"{interval.low:.2f} – {interval.high:.2f}"


def _plots(evaluation: Evaluation) -> Iterable[str]:
    scored = evaluation.scored
    positive, negative = confidences(scored)
    yield '<h2>Plots</h2>\n<section class="plots">'
    if positive:
        yield _card(
            "Success against k",
            "Share of answerable questions with a relevant passage among the first k, with its 95% interval.",
            success_plot(success(scored)),
        )
        yield _card(
            "Where answers rank",
            "Questions by the rank of the first relevant passage. Red: not among the first ten.",
            ranks_plot(_ranks(evaluation)),
        )
        rows = [
            (name.removeprefix("lang "), members)
            for name, members in groups(scored).items()
            if name == "all" or name.startswith("lang ")
        ]
        for measure in ("R@5", "RR@10"):
            bars = [(name, len(members), bootstrap([s.measures[measure] for s in members])) for name, members in rows]
            yield _card(
                f"{measure} by language",
                "Language of the question, number of questions, mean with its 95% interval.",
                bars_plot(bars, f"{measure} by language"),
            )
    if bins := reliability(scored):
        text = "Share of questions that are answerable, by confidence; on the dashed line it can be believed. Columns: how many answerable (blue) and not (red)."
        yield _card("Reliability of confidence", text, reliability_plot(bins))
    if (area := auroc(positive, negative)) is not None:
        now = tuple(
            sum(s.answered for s in scored if s.answerable is kind) / len(held)
            for kind, held in ((False, negative), (True, positive))
        )
        text = "Answerable questions answered, against unanswerable ones answered, at every threshold. The dot is the threshold in use."
        yield _card("ROC of confidence", text, roc_plot(roc(positive, negative), area, (now[0], now[1])))
    yield "</section>"


def _card(title: str, text: str, plot: str) -> str:
    return f'<div class="card"><h3>{safe(title)}</h3><p>{safe(text)}</p>{plot}</div>'


def _ranks(evaluation: Evaluation) -> list[tuple[str, int, bool]]:
    """Questions by the rank of their first relevant passage: the first ten one by one, then misses by how far down."""
    ranks = [s.rank for s in evaluation.scored if s.answerable and s.rank]
    counts = [(str(k), ranks.count(k), False) for k in range(1, DEPTH + 1)]
    misses = [s.question.id for s in evaluation.scored if s.answerable and not s.rank]
    if evaluation.depths is None:
        return [*counts, (">10", len(misses), True)]
    missed = [evaluation.depths.get(id) for id in misses]
    below = [
        (name, sum(depth is not None and low < depth <= high for depth in missed), True)
        for name, low, high in (("≤20", 0, 20), ("≤50", 20, 50), (">50", 50, 10**9))
    ]
    return [*counts, *below, ("none", missed.count(None), True)]


def _tables(evaluation: Evaluation) -> Iterable[str]:
    scored = evaluation.scored
    members = groups(scored)
    yield "<h2>By language and kind</h2>"
    rows = []
    for name, row in summary(scored).items():
        cells = (f"<td>{row[m].mean:.3f}<small>{_spread(row[m])}</small></td>" for m in MEASURES)
        kind = name.partition(" ")[0]
        rule = kind != "all" and not any(kind == other.partition(" ")[0] for other in list(members)[: list(members).index(name)])
        rows.append(
            f'<tr class="{"all" if name == "all" else "rule" if rule else ""}"><td>{safe(name)}</td><td>{len(members[name])}</td>{"".join(cells)}</tr>'
        )
    yield _table(("", "n", *MEASURES), rows)
    rates = (
        (name, "–" if rate is None else f"{rate:.3f}" if name == "AUROC" else f"{rate:.1%}")
        for name, rate in refusal(scored).items()
    )
    yield "<h2>Refusal</h2>" + _table(("", ""), [f"<tr><td>{safe(name)}</td><td>{rate}</td></tr>" for name, rate in rates])
    if evaluation.comparisons:
        compared = [
            f"<tr><td>{c.measure}</td><td>{c.mean_a:.3f}</td><td>{c.mean_b:.3f}</td><td>{c.wins}</td><td>{c.ties}</td><td>{c.losses}</td><td>{c.p:.4f}</td></tr>"
            for c in evaluation.comparisons
        ]
        yield "<h2>Against the other run</h2>" + _table(("", "this", "other", "wins", "ties", "losses", "p"), compared)


def _table(names: Sequence[str], rows: Sequence[str]) -> str:
    head = f"<thead><tr>{''.join(f'<th>{safe(name)}</th>' for name in names)}</tr></thead>" if any(names) else ""
    return f'<div class="table{"" if any(names) else " narrow"}"><table>{head}<tbody>{"".join(rows)}</tbody></table></div>'


# --- questions --------------------------------------------------------------------------------------------------------


def _questions(evaluation: Evaluation, index: Index) -> Iterable[str]:
    @lru_cache
    def readable(article: str) -> CleanText | None:
        entry = index.by_id.get(article)
        return read(index.raw(entry), entry.format)[0] if entry else None

    yield '<h2 id="questions">Questions</h2>\n<form class="filters">'
    given = [s.question for s in evaluation.scored]
    choices = {"kind": {q.kind for q in given}, "lang": {q.lang for q in given}, "split": {q.split for q in given if q.split}}
    states = "".join(f'<option value="{value}">{text}</option>' for value, text in _STATES.items())
    yield f'<select name="state" aria-label="state"><option value="">any result</option>{states}</select>'
    for name, values in choices.items():
        options = "".join(f'<option value="{_token(value)}">{safe(value)}</option>' for value in sorted(values))
        yield (
            f'<select name="{name}" aria-label="{name}"><option value="">any {name}</option>{options}</select>'
            if len(values) > 1
            else ""
        )
    yield '<input name="words" placeholder="words in question, evidence, hits …" aria-label="words"><button type="button">open or close</button><output></output></form>'
    yield '<p class="legend"><mark>highlighted</mark> the sentence quoted · <span class="ev">underlined</span> the evidence · green bar: relevant</p>'
    for item in evaluation.scored:
        yield from _question(item, evaluation.faults.get(item.question.id), readable)


def _token(text: object) -> str:
    return safe(quote(str(text), safe=""))


def _question(item: Scored, fault: str | None, readable: Readable) -> Iterable[str]:
    question = item.question
    if item.answerable:
        state = "missed" if item.rank is None else "first" if item.rank == 1 else "found"
        badge = {"missed": ("bad", "missed"), "first": ("good", "rank 1"), "found": ("fair", f"rank {item.rank}")}[state]
        state += "" if item.answered else " silent"
    else:
        state, badge = ("wrong", ("bad", "answered")) if item.answered else ("refused", ("good", "refused"))
    extra = '<span class="badge amber">refused</span>' if item.answerable and not item.answered else ""
    data = f'data-state="{state}{" fault" if fault else ""}" data-kind="{_token(question.kind)}" data-lang="{_token(question.lang)}" data-split="{_token(question.split or "")}"'
    tags = f"{safe(question.kind)} · {safe(question.lang)} · {item.confidence:.2f}"
    yield f'<details class="q" id="q-{_token(question.id)}" {data}>'
    yield f'<summary><span class="badge {badge[0]}">{badge[1]}</span>{extra}<span class="text">{safe(question.question)}</span><span class="tags">{tags}</span></summary>'
    yield f'<div class="inside"><p class="dim"><a href="#q-{_token(question.id)}">{safe(question.id)}</a> · confidence {item.confidence:.3f}</p>'
    if fault:
        yield f'<div class="why">{safe(fault)}</div>'
    if question.evidence:
        yield f"<h3>Evidence{' (any of these)' if len(question.evidence) > 1 else ''}</h3>"
        yield from (_evidence(evidence, readable) for evidence in question.evidence)
    yield "<h3>Hits</h3>"
    yield from (_hit(rank, hit, question, readable) for rank, hit in enumerate(item.answer["passages"] if item.answer else (), 1))
    yield "</div></details>"


def _evidence(evidence: Evidence, readable: Readable) -> str:
    cleaned = readable(evidence.article)
    shown = '<span class="dim">not in this index</span>'
    if cleaned:
        start, end = cleaned.clean_range(evidence.start, evidence.end)
        before, after = cleaned.text[max(0, start - _CONTEXT) : start], cleaned.text[end : end + _CONTEXT]
        shown = f'<span class="dim">…{safe(before.lstrip())}</span><span class="ev">{safe(cleaned.text[start:end])}</span><span class="dim">{safe(after.rstrip())}…</span>'
    return f'<div class="found"><code>{safe(evidence.article)}#{evidence.start}-{evidence.end}</code><div class="body">{_closer(shown)}</div></div>'


def _closer(body: str) -> str:
    return re.sub(r"\n\s*\n", "\n", body)


def _hit(rank: int, hit: Record, question: GoldQuestion, readable: Readable) -> str:
    relevant = any(e.covered_by(*place) for e in question.evidence for place in places(hit))
    source = " · ".join(safe(hit[name]) for name in ("title", "publisher", "date") if hit.get(name))
    score = f'<span class="score">{float(hit["score"]):.3f}</span>' if hit.get("score") is not None else ""
    also = "".join(f"<div class='dim'>also <code>{safe(part['citation'])}</code></div>" for part in hit.get("also", ()))
    legs = " + ".join(
        f"{safe(name)} {float(share):.2f}"
        for name, share in (hit.get("explain") or {}).get("legs", {}).items()
        if abs(float(share)) >= 0.005
    )
    why = f'<div class="dim"><small>{legs}</small></div>' if legs else ""
    head = f"<b>{rank}</b><code>{safe(hit['citation'])}</code><span>{source}</span>{score}"
    return f'<div class="hit{" relevant" if relevant else ""}"><div class="head">{head}</div><div class="body">{_closer(_marked(hit, question, readable))}</div>{also}{why}</div>'


def _marked(hit: Record, question: GoldQuestion, readable: Readable) -> str:
    """The hit's text with the quoted sentence and the evidence marked, where the index has the text that was printed."""
    text, cleaned = str(hit["text"]), readable(hit["article"])
    if not cleaned or hit["end"] > cleaned.raw_length:
        return safe(text)
    start, end = cleaned.clean_range(hit["start"], hit["end"])
    if cleaned.text[start:end] != text:
        return safe(text)
    raw = [(e.start, e.end, "ev") for e in question.evidence if e.overlaps(hit["article"], hit["start"], hit["end"])]
    if hit.get("quote"):
        raw.append((hit["quote"]["start"], min(hit["quote"]["end"], cleaned.raw_length), "quote"))
    spans = [
        (max(a - start, 0), min(b - start, len(text)), kind)
        for low, high, kind in raw
        for a, b in [cleaned.clean_range(low, high)]
    ]
    cuts = sorted({0, len(text), *(place for low, high, _ in spans if low < high for place in (low, high))})
    shown = []
    for low, high in pairwise(cuts):
        kinds = {kind for a, b, kind in spans if a <= low and high <= b}
        piece = f'<span class="ev">{safe(text[low:high])}</span>' if "ev" in kinds else safe(text[low:high])
        shown.append(f"<mark>{piece}</mark>" if "quote" in kinds else piece)
    return "".join(shown)


__all__ = ["page", "write_report"]
