"""The flow diagram: from everybody who was recruited to the decisions that are analysed, with everything that was left
out on the way and why."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis.arguments import checked
from analysis.games import drawn
from analysis.loading.exports import Exports
from analysis.loading.places import PARTICIPANT, SEATED, came
from analysis.words import counted
from mechanisms.lazy import callable_
from mechanisms.shown import Shown, Words, table_rows


@dataclass(frozen=True)
class Flow(Shown):
    """What was recruited, left out and analysed.

    steps : DataFrame, one row a step: step, kind ("there": what there is; "out": what is left out there), sessions,
        participants, decisions (rounds of participants, decided or not). Participants and decisions of an "out" step
        are those that are lost in it; each decision is lost once, in the first step that applies, so that what is
        analysed is what was recruited less what was left out. A participant is lost in the step that takes the last of
        the participant's decisions.
    kept : DataFrame, one row each: what is in the analysis and flagged (decisions by the computer, bots, dropouts,
        failed quizzes): what, participants, decisions
    """

    steps: pd.DataFrame
    kept: pd.DataFrame

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.sentence)}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.steps)

    @property
    def sentence(self) -> str:
        """The whole diagram in one sentence, for a methods paragraph."""
        first, last = self.steps.iloc[0], self.steps.iloc[-1]
        out = [
            f"{row.step} ({counted(row.participants, 'participant')}, {counted(row.decisions, 'decision')})"
            for row in self.steps.itertuples()
            if row.kind == "out" and (row.participants or row.decisions)
        ]
        left = f"; left out: {', '.join(out)}" if out else "; nothing was left out"
        return (
            f"{counted(first.participants, 'participant')} in {counted(first.sessions, 'session')} were recruited, "
            f"{counted(last.participants, 'participant')} in {counted(last.sessions, 'session')} with "
            f"{counted(last.decisions, 'decision')} are analysed"
            f"{left}."
        )


@checked
def flow(exports: Exports) -> Flow:
    """Counts of sessions, participants and decisions from recruited to analysed, and of what is kept but flagged."""
    rows = exports.decisions
    left = rows[came(rows, exports.companions.get("people"))]
    steps = [_there("recruited", left)]
    for step, out in _reasons(left):
        lost = out.reindex(left.index)
        kept = left[~lost]
        steps.append(_out(step, left, kept))
        left = kept
    steps.append(_there("analysed", left))
    return Flow(pd.DataFrame(steps), pd.DataFrame(_kept(left)))


def _reasons(rows: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """The steps in their order: what is left out, and whether each row is."""
    reasons = sorted(set(rows["excluded_because"]) - {""})
    return [
        ("practice rounds", _flag(rows, "practice")),
        *((f"excluded: {reason}", rows["excluded_because"] == reason) for reason in reasons),
        ("demo sessions", ~rows["in_analysis"] & ~_flag(rows, "practice") & ~rows["excluded"] & rows[SEATED]),
        ("did not agree to take part", _flag(rows, "declined") & rows["message"].isna()),
        *((words, (rows["ending"] == ending) & rows["message"].isna()) for ending, words in ENDINGS.items()),
        ("not decided", rows["message"].isna()),
    ]


ENDINGS = {
    "no_consent": "did not agree to take part online",
    "screened_out": "had another device or did not read",
    "quiz_failed": "failed the quiz and left",
    "waited_too_long": "waited too long for a group",
    "overbooked": "came when groups were complete",
    "withdrew": "withdrew",
    "dropped_out": "left without a word",
    "partner_left": "somebody of the group had left",
}
"""Why rounds were not decided in a study, by how taking part ended; none for those who played to the end."""


def _kept(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Decisions in the analysis that carry a flag."""
    flags = {
        "by the computer (not in rates of play)": drawn(rows) & rows["message"].notna(),
        "of bots": _flag(rows, "is_bot"),
        "of participants who dropped out later": _flag(rows, "dropout"),
        "of participants who did not pass the quiz": _flag(rows, "quiz_not_passed"),
        "in groups with an excluded member (not in rates of groups)": _flag(rows, "group_excluded"),
    }
    return [
        {"what": what, "participants": _people(rows[here]), "decisions": int(here.sum())}
        for what, here in flags.items()
    ]


def _flag(rows: pd.DataFrame, column: str) -> pd.Series:
    """A flag; what is not known is not set."""
    return rows[column].astype("boolean").fillna(False).astype(bool)


def _people(rows: pd.DataFrame) -> int:
    return len(rows[PARTICIPANT].drop_duplicates())


def _there(step: str, rows: pd.DataFrame) -> dict[str, object]:
    sessions = rows["session_code"].nunique()
    return {"step": step, "kind": "there", "sessions": sessions, "participants": _people(rows), "decisions": len(rows)}


def _out(step: str, before: pd.DataFrame, after: pd.DataFrame) -> dict[str, object]:
    return {
        "step": step,
        "kind": "out",
        "sessions": before["session_code"].nunique() - after["session_code"].nunique(),
        "participants": _people(before) - _people(after),
        "decisions": len(before) - len(after),
    }


WIDTH, HEIGHT, GAP = 230, 44, 18


def flow_svg(diagram: Flow) -> str:
    """The diagram as an SVG picture: what there is on the left, from top to bottom; what is left out on the right."""
    there = diagram.steps[diagram.steps["kind"] == "there"]
    out = diagram.steps[(diagram.steps["kind"] == "out") & (diagram.steps["decisions"] > 0)]
    rows = max(len(out), 1)
    top = HEIGHT + GAP
    bottom = top + rows * (HEIGHT + GAP)
    height, middle, right = bottom + HEIGHT + 2, WIDTH / 2 + 1, WIDTH + 60
    lines = [f'<path d="M{middle} {HEIGHT + 1}V{bottom - 6}" />', _arrow_down(middle, bottom)]
    boxes = [_box(1, 1, there.iloc[0]), _box(1, bottom, there.iloc[-1])]
    for k, row in enumerate(out.to_dict("records")):
        y = top + k * (HEIGHT + GAP)
        lines += [f'<path d="M{middle} {y + HEIGHT / 2}H{right - 6}" />', _arrow_right(right, y + HEIGHT / 2)]
        boxes.append(_box(right, y, row))
    title, width = escape(diagram.sentence), (right if len(out) else 0) + WIDTH + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height:g}" '
        f'width="{width}" font-family="sans-serif" font-size="12"><title>{title}</title>'
        f'<g fill="none" stroke="#333">{"".join(lines)}</g>{"".join(boxes)}</svg>'
    )


def _box(x: float, y: float, row: object) -> str:
    entries = dict(row)  # type: ignore[call-overload]
    counts = f"{counted(int(entries['participants']), 'participant')}, {counted(int(entries['decisions']), 'decision')}"
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" fill="#fff" stroke="#333" />'
        f'<text x="{x + WIDTH / 2:g}" y="{y + 18:g}" text-anchor="middle" font-weight="bold">'
        f"{escape(_short(str(entries['step'])))}</text>"
        f'<text x="{x + WIDTH / 2:g}" y="{y + 35:g}" text-anchor="middle">{counts}</text>'
    )


def _short(text: str) -> str:
    return text[:1].upper() + (text[1:] if len(text) <= 34 else text[1:33] + "…")


def _arrow_down(x: float, y: float) -> str:
    return f'<path fill="#333" d="M{x - 4:g} {y - 7:g}h8l-4 7z" />'


def _arrow_right(x: float, y: float) -> str:
    return f'<path fill="#333" d="M{x - 7:g} {y - 4:g}v8l7 -4z" />'


callable_(__name__)
