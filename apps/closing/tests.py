from engine.bots import check_receipt
from otree.api import Bot, SubmissionMustFail

from . import pages


class PlayerBot(Bot):
    def play_round(self):
        yield SubmissionMustFail(pages.Questionnaire, {"age": 7}, error_fields=["age"])
        yield SubmissionMustFail(pages.Questionnaire, {"age": "old"}, error_fields=["age"])
        yield pages.Questionnaire, {"age": "", "gender": "", "field_of_study": "", "how_decided": "By trying."}
        check_receipt(self)
