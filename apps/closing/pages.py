from engine.receipt import receipt
from otree.api import Page


class Questionnaire(Page):
    form_model = "player"
    form_fields = ["age", "gender", "field_of_study", "how_decided"]

    def is_displayed(self):
        return self.participant.id_in_session not in self.session.declined


class Receipt(Page):
    def vars_for_template(self):
        return receipt(self.participant)


page_sequence = [Questionnaire, Receipt]
