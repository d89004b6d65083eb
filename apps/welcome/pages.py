"""Nobody starts before everybody has agreed.

Somebody who declines stays on a page that asks to call the experimenter. Either another person takes the seat (the page
leads back to the information), or the experimenter passes over the seat with oTree's "Advance slowest user(s)": then
the others start, and rounds in which the seat belongs to their group are not played.
"""

from engine.earnings import fee_text, settle_participant
from otree.api import Page, WaitPage


class Consent(Page):
    form_model = "player"
    form_fields = ["consent"]

    def vars_for_template(self):
        return {"fee": fee_text(self.session)}

    def form_invalid(self, form):
        form.consent.errors = ["Please choose one of the two answers."]
        return super().form_invalid(form)


class Declined(Page):
    allow_back_button = True

    def is_displayed(self):
        return not self.player.consent

    def error_message(self, values):
        return "Please raise your hand. An experimenter will come to you."

    def before_next_page(self):
        """Only the experimenter gets here."""
        self.session.declined = [*self.session.declined, self.participant.id_in_session]
        settle_participant(self.participant)

    def app_after_this_page(self, upcoming_apps):
        return upcoming_apps[-1]


class WaitForAll(WaitPage):
    template_name = "engine/WaitForGroup.html"
    wait_for_all_groups = True
    body_text = "The experiment starts when all participants are ready."


page_sequence = [Consent, Declined, WaitForAll]
