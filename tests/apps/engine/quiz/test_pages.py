"""The quiz in whole sessions: attempts, limits and leaving."""

from decimal import Decimal

from tests.shared import thorough

# Whole sessions, with bots of our own: who fails and who does not, and what becomes of it.

BOT = """
from engine.bots.round import RoundBot
from engine.quiz.questions_game import quiz_answers, wrong_answers
from otree.api import Submission, SubmissionMustFail, expect
from otree.database import db

FAILS, LEAVES = {fails}, {leaves}


class PlayerBot(RoundBot):
    def play_round(self):
        if self.participant.id_in_session in self.session.declined or self.player.field_maybe_none("part") is None:
            return
        if self.round_number == 1:
            yield self.pages.Instructions
            yield from self.take_quiz()
            if LEAVES and self.participant.id_in_session in FAILS:
                expect("cannot take part", "in", self.html)
                return
        if 'name="message"' in self.html:
            yield Submission(self.pages.Decide, {{"message": "8"}}, check_html=False)
        db.expire_all()
        expect('id="not-played"' in self.html, self.group.is_void())
        yield self.pages.Feedback

    def take_quiz(self):
        Quiz, right, wrong = self.pages.Quiz, quiz_answers(self.player), wrong_answers(self.player)
        [first, *_] = right
        yield SubmissionMustFail(Quiz, {{**right, first: "abc"}}, error_fields=[first])
        yield SubmissionMustFail(Quiz, {{}}, error_fields=list(right))
        yield SubmissionMustFail(Quiz, {{**right, first: wrong[first]}}, error_fields=[first])
        expect("Your value is", "not in", self.html)  # a hint, and no answer
        expect("Points = ", "in", self.html)
        expect("have new numbers", "in", self.html)
        db.expire_all()  # other numbers
        right, wrong = quiz_answers(self.player), wrong_answers(self.player)
        [_first, second, *_] = right  # was right before, and is left out now
        left_out = {{name: answer for name, answer in right.items() if name != second}}
        yield SubmissionMustFail(Quiz, left_out, error_fields=[second])
        db.expire_all()
        expect(self.player.quiz_attempts, 1)
        if self.participant.id_in_session not in FAILS:
            yield Quiz, right
            return
        yield SubmissionMustFail(Quiz, wrong, error_fields=list(wrong))
        expect("after 2 attempts", "in", self.html)
        expect('name="quiz_1"', "not in", self.html)
        expect("Your value is", "in", self.html)
        yield Submission(Quiz, right, check_html=False)  # too late
        db.expire_all()
        expect(self.player.quiz_failed, True)
        expect(self.player.quiz_1, wrong["quiz_1"])
"""


def played_session(lab, failure, fails):
    """Rows of the decisions of a session of six in which some fail."""
    bot = BOT.format(fails=fails, leaves=failure == "leave")
    (lab.own("apps") / "direct" / "tests.py").write_text(bot, encoding="utf-8")
    protocol = {"quiz": True, "quiz_attempts": 2, "rounds": 2, "practice_rounds": 0, "matching": "partner"}
    done, parts = lab.play("park_vcg", 6, quiz_failure=failure, **protocol)
    assert done.returncode == 0, done.stderr[-3000:]
    return parts["direct"]


@thorough
def test_who_fails_goes_on_with_a_flag(own_lab):
    rows = played_session(own_lab, "continue", [2])
    first = {int(row["participant_id"]): row for row in rows if row["round"] == "1"}
    assert [first[k]["quiz_failed"] for k in range(1, 7)] == ["0", "1", "0", "0", "0", "0"]
    assert [first[k]["quiz_attempts"] for k in range(1, 7)] == ["2"] * 6
    assert all(row["points"] for row in rows)


def test_who_fails_leaves_and_the_own_group_does_not_play(own_lab):
    rows = played_session(own_lab, "leave", [2])
    by_id = {}
    for row in rows:
        by_id.setdefault(int(row["participant_id"]), []).append(row)
    group = {row["group"] for row in by_id[2]}
    assert len(group) == 1
    for own in by_id.values():
        void = {row["group"] for row in own} == group
        assert [row["points"] == "" for row in own] == [void, void]
    assert sum(row["points"] == "" for row in rows) == 6
    assert {Decimal(row["total_payment"]) for row in by_id[2]} == {Decimal(by_id[2][0]["show_up_fee"])}
