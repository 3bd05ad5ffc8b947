"""Plots as inline SVG, drawn by hand: no library, no script, colours by the page's own style sheet.

Every function returns one `<svg>`; classes name what a mark means (`.line`, `.band`, `.bar`, `.bad`, `.grid`, …).
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from rag.evaluation.scoring import Bin, Interval

WIDTH, HEIGHT = 440, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 14, 40


def success_plot(shares: Sequence[Interval]) -> str:
    """Success against k: the share of questions with a relevant hit among the first k, and its interval."""
    floor = max(0.0, min(0.5, int(10 * min(i.low for i in shares)) / 10 - 0.1))
    xs = [_x(k, 1, len(shares)) for k in range(1, len(shares) + 1)]
    upper = [(x, _y(i.high, floor)) for x, i in zip(xs, shares, strict=True)]
    lower = [(x, _y(i.low, floor)) for x, i in zip(xs, shares, strict=True)]
    points = [(x, _y(i.mean, floor)) for x, i in zip(xs, shares, strict=True)]
    marks = [
        *_grid(floor),
        f'<path class="band" d="{_path(upper + lower[::-1])}Z"/>',
        f'<path class="line" d="{_path(points)}"/>',
    ]
    for k, (x, y) in enumerate(points, 1):
        marks.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5">{_title(f"k = {k}: {shares[k - 1].mean:.3f}")}</circle>'
        )
        marks.append(_text(x, HEIGHT - 22, str(k), "tick mid"))
        if k in (1, 3, 5, len(points)):
            marks.append(_text(x, y + 19, f"{shares[k - 1].mean:.2f}", "value " + ("end" if k == len(points) else "mid")))
    return _svg("Share of questions with a relevant hit among the first k", [*marks, _axis("first k passages")])


def bars_plot(rows: Sequence[tuple[str, int, Interval]], label: str) -> str:
    """Horizontal bars with intervals, one a group: its name, its number of questions, its mean."""
    left, right, step = 84, 56, 25
    height = step * len(rows) + 34

    def across(value: float) -> float:
        return left + value * (WIDTH - left - right)

    marks = [
        f'<path class="grid" d="M{across(v):.1f} 4V{height - 30}"/>{_text(across(v), height - 14, f"{v:g}", "tick mid")}'
        for v in (0, 0.25, 0.5, 0.75, 1)
    ]
    for i, (name, count, interval) in enumerate(rows):
        y = 6 + step * i
        tip = _title(f"{name}: {interval.mean:.3f} ({interval.low:.2f} to {interval.high:.2f}), {count} questions")
        marks.append(
            f'<rect class="bar{" all" if not i else ""}" x="{left}" y="{y}" width="{max(across(interval.mean) - left, 0.5):.1f}" height="16" rx="2">{tip}</rect>'
        )
        marks.append(
            f'<path class="whisker" d="M{across(interval.low):.1f} {y + 8}H{across(interval.high):.1f}m0 -4v8M{across(interval.low):.1f} {y + 4}v8"/>'
        )
        marks.append(
            _text(left - 34, y + 12, name if len(name) <= 8 else name[:7] + "…", "label end")
            + _text(left - 6, y + 12, str(count), "tick end")
        )
        marks.append(_text(WIDTH - 4, y + 12, f"{interval.mean:.2f}", "value end"))
    return _svg(label, marks, height)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Confidence against the share of questions that are answerable; the nearer to the diagonal, the more it can be believed."""
    most = max(b.count for b in bins)
    marks = [*_grid(0.0), f'<path class="diagonal" d="{_path([(_x(0), _y(0)), (_x(1), _y(1))])}"/>']
    points = [(_x(b.confidence), _y(b.answerable / b.count)) for b in bins]
    for b in bins:
        x, width = _x(b.low) + 2, _x(b.high) - _x(b.low) - 4
        for top, count, style in ((b.count, b.count - b.answerable, "none"), (b.answerable, b.answerable, "yes")):
            y = HEIGHT - _BOTTOM - 70 * top / most
            tip = _title(f"confidence {b.low:g} to {b.high:g}: {count} {'answerable' if style == 'yes' else 'unanswerable'}")
            marks.append(
                f'<rect class="count {style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{70 * count / most:.1f}">{tip}</rect>'
            )
    marks.append(f'<path class="line" d="{_path(points)}"/>')
    for b, (x, y) in zip(bins, points, strict=True):
        tip = _title(f"mean confidence {b.confidence:.2f}: {b.answerable} of {b.count} answerable")
        marks.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{3 + 5 * (b.count / most) ** 0.5:.1f}">{tip}</circle>')
    return _svg("Reliability of confidence", [*marks, *_ticks(), _axis("confidence")])


def ranks_plot(counts: Sequence[tuple[str, int, bool]]) -> str:
    """How many questions have their first relevant hit at which rank: label, count, and whether that is a miss."""
    most, step = max(1, *(count for _, count, _ in counts)), (WIDTH - 2 * _RIGHT) / len(counts)
    marks = []
    for i, (name, count, missed) in enumerate(counts):
        x, height = _RIGHT + step * i + 3, (HEIGHT - _TOP - _BOTTOM - 18) * count / most
        y = HEIGHT - _BOTTOM - height
        tip = _title(f"{name}: {count} questions")
        marks.append(
            f'<rect class="bar{" bad" if missed else ""}" x="{x:.1f}" y="{y:.1f}" width="{step - 6:.1f}" height="{height:.1f}" rx="2">{tip}</rect>'
        )
        marks.append(_text(x + step / 2 - 3, y - 5, str(count), "value mid") if count else "")
        marks.append(_text(x + step / 2 - 3, HEIGHT - 24, name, "tick small mid"))
    base = f'<path class="axis" d="M{_RIGHT} {HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}"/>'
    return _svg("Rank of the first relevant passage", [*marks, base, _axis("rank of the first relevant passage")])


def roc_plot(points: Sequence[tuple[float, float]], area: float, now: tuple[float, float]) -> str:
    """The ROC of confidence; `now` is where the threshold in use stands."""
    curve = [(_x(x), _y(y)) for x, y in points]
    floor = [(_x(1), _y(0)), (_x(0), _y(0))]
    marks = [
        *_grid(0.0),
        f'<path class="band" d="{_path(curve + floor)}Z"/>',
        f'<path class="diagonal" d="{_path([(_x(0), _y(0)), (_x(1), _y(1))])}"/>',
    ]
    marks.append(f'<path class="line" d="{_path(curve)}"/>')
    marks.append(
        f'<circle class="dot bad" cx="{_x(now[0]):.1f}" cy="{_y(now[1]):.1f}" r="5">{_title("the threshold in use")}</circle>'
    )
    left = now[0] > 0.55
    tip = f"in use: {now[1]:.0%} answered, {now[0]:.0%} wrongly"
    marks.append(_text(_x(now[0]) + (-10 if left else 10), _y(now[1]) + 20, tip, "label" + (" end" if left else "")))
    marks.append(_text(_x(0.62), _y(0.12), f"AUROC {area:.3f}", "value big mid"))
    return _svg("ROC of confidence", [*marks, *_ticks(), _axis("unanswerable questions answered")])


def safe(text: object) -> str:
    """Escaped for HTML text and quoted attributes; control characters other than line feed and tab become U+FFFD."""
    kept = (
        c if c >= " " and not "\x7f" <= c <= "\x9f" and not "\ud800" <= c <= "\udfff" or c in "\n\t" else "\ufffd"
        for c in str(text)
    )
    return html.escape("".join(kept))


def _x(value: float, low: float = 0.0, high: float = 1.0) -> float:
    pad = 12 if low == 1 else 0
    return _LEFT + pad + (value - low) / max(high - low, 1e-9) * (WIDTH - _LEFT - _RIGHT - 2 * pad)


def _y(value: float, floor: float = 0.0) -> float:
    return HEIGHT - _BOTTOM - (value - floor) / (1 - floor) * (HEIGHT - _TOP - _BOTTOM)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _grid(floor: float) -> list[str]:
    levels = [round(floor + (1 - floor) * i / 5, 4) for i in range(6)]
    return [
        f'<path class="grid" d="M{_LEFT} {_y(v, floor):.1f}H{WIDTH - _RIGHT}"/>{_text(_LEFT - 8, _y(v, floor) + 4, f"{v:g}", "tick end")}'
        for v in levels
    ]


def _ticks() -> list[str]:
    return [_text(_x(v), HEIGHT - 24, f"{v:g}", "tick mid") for v in (0, 0.2, 0.4, 0.6, 0.8, 1)]


def _axis(name: str) -> str:
    return _text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 6, name, "label mid")


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{safe(text)}</text>'


def _title(text: str) -> str:
    return f"<title>{safe(text)}</title>"


def _svg(label: str, marks: Sequence[str], height: float = HEIGHT) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{safe(label)}">{"".join(marks)}</svg>'


__all__ = ["bars_plot", "ranks_plot", "reliability_plot", "roc_plot", "safe", "success_plot"]
