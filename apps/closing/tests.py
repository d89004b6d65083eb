from engine.bots.round import check_receipt
from engine.questionnaires import SCALES
from otree.api import Bot, SubmissionMustFail, expect
from otree.database import db

from . import pages
from .models import Answer

# Some answers to every questionnaire, and the scores that they must have.
ANSWERS = {
    "demographics": {"age": "31", "gender": "not_said", "field_of_study": "Ökonomie <b>", "experience": ""},
    "cognitive_reflection": {"price": "5", "machines": "100", "doubling": " 47 ", "seen": "no"},
    "holt_laury": {f"row_{k}": "A" if k <= 6 else "B" for k in range(1, 11)},
    "eckel_grossman": {"gamble": "4"},
    "strategy": {"how_decided": "By trying.", "comments": ""},
}
SCORES = {
    "cognitive_reflection": {"price": 1.0, "machines": 0.0, "doubling": 1.0, "right_answers": 2.0},
    "holt_laury": {"safe_choices": 6.0, "consistent": 1.0},
    "eckel_grossman": {"gamble": 4.0},
}
REFUSED = {
    "demographics": [("age", "7"), ("age", "old"), ("age", "30.5"), ("gender", "abc")],
    "cognitive_reflection": [("price", "five"), ("doubling", "-1")],
    "holt_laury": [("row_3", "C")],
    "eckel_grossman": [("gamble", "7")],
    "strategy": [("how_decided", "x" * 5001)],
}


class PlayerBot(Bot):
    def play_round(self):
        if self.participant.id_in_session in self.session.declined:
            expect("Thank you", "in", self.html)
            return
        for page, name in zip(pages.QUESTIONNAIRES, self.session.questionnaires, strict=False):
            yield from self.questionnaire(page, name)
        check_receipt(self)

    def questionnaire(self, page, name):
        fields = {f"{name}_{item}": answer for item, answer in ANSWERS[name].items()}
        for item, answer in REFUSED[name]:
            field = f"{name}_{item}"
            yield SubmissionMustFail(page, {**fields, field: answer}, error_fields=[field])
            expect("Please", "in", self.html)
        leaves_out = self.participant.id_in_session % 2 == 0
        if leaves_out:
            fields = dict.fromkeys(fields, "")
            if SCALES[name].asks_again:
                yield SubmissionMustFail(page, fields, error_fields=list(fields))
        yield page, fields
        self.check_stored(name, {} if leaves_out else ANSWERS[name], {} if leaves_out else SCORES.get(name, {}))

    def check_stored(self, name, answers, scores):
        db.expire_all()
        rows = {row.item: row for row in Answer.filter(player=self.player) if row.scale == name}
        expect({item: row.score for item, row in rows.items() if row.score is not None}, scores)
        for item in SCALES[name].item_names:
            expect(rows[item].answer, answers.get(item, "").strip())
            expect(getattr(self.player, f"{name}_{item}"), rows[item].answer)
