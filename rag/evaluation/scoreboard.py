"""What `rag eval` prints in a terminal. Programs read `--json` instead."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.evaluation.attributed import SpeakerScores
from rag.evaluation.evaluating import Evaluation
from rag.evaluation.scoring import MEASURES, Interval, groups, refusal, summary
from rag.presentation.show import plain

_SHOWN = 10
_WIDE, _DROPPED = 98, ("R@3", "nDCG@10")  # terminals that are narrower do without these measures


def scoreboard(evaluation: Evaluation, out: Console) -> None:
    """Print measures by group with 95% intervals, refusals, citations, speed, comparison and the first misses."""
    scored = evaluation.scored
    rows = summary(scored)
    if rows:
        shown = [measure for measure in MEASURES if out.width >= _WIDE or measure not in _DROPPED]
        table = _table("", "n", *shown)
        for name, members in groups(scored).items():
            label = Text(plain(name), style="bold" if name == "all" else "")
            table.add_row(label, str(len(members)), *(_cell(rows[name][measure]) for measure in shown))
        out.print(table)
    table = _table("refusal", "")
    for name, rate in refusal(scored).items():
        table.add_row(plain(name), "–" if rate is None else f"{rate:.3f}" if name == "AUROC" else f"{rate:.1%}")
    out.print(table)
    _facts(evaluation, out)
    if evaluation.comparisons:
        _comparison(evaluation, out)
    missed = {s.question.id for s in evaluation.scored if s.answerable and not s.rank}
    for id, reason in sorted(evaluation.faults.items(), key=lambda fault: fault[0] not in missed)[:_SHOWN]:
        out.print(Text(plain(id), style="bold"), Text(plain(reason), style="dim"))
    if len(evaluation.faults) > _SHOWN:
        out.print(Text(f"… and {len(evaluation.faults) - _SHOWN} more; --report FILE.html shows them all", style="dim"))


def speaker_scores(scores: SpeakerScores, out: Console) -> None:
    """Print how well speakers were attributed, over all and by form, and the first faults."""
    table = _table("", "n", "precision", "recall")
    for form, tally in {**scores.forms, "all": scores.all}.items():
        precision = scores.precision if form == "all" else tally.precision
        label = Text(form, style="bold" if form == "all" else "")
        table.add_row(label, str(tally.right + tally.wrong + tally.missed), _rate(precision), _rate(tally.recall))
    out.print(table)
    out.print(f"\nAttributed though nobody says it: {scores.false} of {scores.unsaid} (they count in the precision of all)")
    for name, (right, of) in {"Roles right": scores.roles, "Speakers found": scores.names}.items():
        out.print(f"{name}: {right} of {of}" + (f" ({right / of:.3f})" if of else ""))
    for id, fault in list(scores.faults.items())[:_SHOWN]:
        out.print(Text(plain(id), style="bold"), Text(plain(fault), style="dim"))
    if len(scores.faults) > _SHOWN:
        out.print(Text(f"… and {len(scores.faults) - _SHOWN} more; --json lists them all", style="dim"))


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, name in enumerate(names):
        table.add_column(name, justify="right" if i else "left", no_wrap=True)
    return table


def _cell(interval: Interval) -> Text:
    cell = Text(f"{interval.mean:.3f}")
    cell.append(f"\n{_short(interval.low)}–{_short(interval.high)}", style="dim")
    return cell


def _short(value: float) -> str:
    return f"{value:.2f}".lstrip("0") if value < 0.995 else "1.0"


def _facts(evaluation: Evaluation, out: Console) -> None:
    validity = evaluation.validity
    share = "–" if validity.share is None else f"{validity.share:.1%}"
    out.print(
        f"\nCitations verified in the source files: {share} "
        f"({validity.passages_verified:,} of {validity.passages:,} passages, {validity.quotes_verified:,} of {validity.quotes:,} quotes)"
    )
    if evaluation.took:
        out.print(f"Took {evaluation.took[0]:.1f} ms a question (median; 95% within {evaluation.took[1]:.1f} ms)")
    if missing := sum(s.answer is None for s in evaluation.scored):
        out.print(Text(f"{missing} questions have no answer in the run; each counts as wrong", style="yellow"))
    out.print()


def _comparison(evaluation: Evaluation, out: Console) -> None:
    table = _table("this run against the other", "this", "other", "wins", "ties", "losses", "p")
    for found in evaluation.comparisons:
        style = "" if found.p >= 0.05 else "green" if found.mean_a > found.mean_b else "red"
        counts = (str(found.wins), str(found.ties), str(found.losses), f"{found.p:.4f}")
        table.add_row(found.measure, f"{found.mean_a:.3f}", f"{found.mean_b:.3f}", *counts, style=style)
    out.print(table)
    out.print(
        Text("p: two-sided paired randomisation test; one in twenty of such comparisons falls under .05 by chance\n", style="dim")
    )


__all__ = ["scoreboard", "speaker_scores"]
