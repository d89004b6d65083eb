from collections.abc import Iterator, Mapping

from engine.bots.round import check_receipt, in_its_language
from engine.questionnaires import SCALES
from otree.api import Bot, SubmissionMustFail, expect
from otree.database import db

from . import pages
from .models import Answer


class PlayerBot(Bot):
    def play_round(self) -> Iterator[object]:
        if self.participant.id_in_session in self.session.declined:
            if in_its_language(self.session, "You cannot take part") in self.html:
                yield pages.QuizLeft
            expect(in_its_language(self.session, "The end"), "in", self.html)
            return
        for page, name in zip(pages.QUESTIONNAIRES, self.session.questionnaires, strict=False):
            yield from self.questionnaire(page, name)
        check_receipt(self)

    def questionnaire(self, page: type, name: str) -> Iterator[object]:
        scale = SCALES[name]
        fields = {f"{name}_{item}": answer for item, answer in scale.example.items()}
        for item, answer in scale.refused if self.participant.id_in_session == 1 else ():
            field = f"{name}_{item}"
            yield SubmissionMustFail(page, {**fields, field: answer}, error_fields=[field])
            expect('class="error"', "in", self.html)
        leaves_out = self.participant.id_in_session % 2 == 0
        if leaves_out:
            fields = dict.fromkeys(fields, "")
            if scale.asks_again:
                yield SubmissionMustFail(page, fields, error_fields=list(fields))
        yield page, fields
        self.check_stored(name, {} if leaves_out else scale.example, {} if leaves_out else scale.example_scores)

    def check_stored(self, name: str, answers: Mapping[str, str], scores: Mapping[str, float]) -> None:
        db.expire_all()
        rows = {row.item: row for row in Answer.filter(player=self.player) if row.scale == name}
        expect({item: row.score for item, row in rows.items() if row.score is not None}, scores)
        for item in SCALES[name].item_names:
            expect(rows[item].answer, answers.get(item, "").strip())
            expect(getattr(self.player, f"{name}_{item}"), rows[item].answer)
