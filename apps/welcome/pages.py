"""Nobody starts before everybody has agreed.

Somebody who declines stays on a page that asks to call the experimenter. Either another person takes the seat (the page
leads back to the information), or the experimenter passes over the seat with oTree's "Advance slowest user(s)": then
the others start, and rounds in which the seat belongs to their group are not played.
"""

from engine.otree_repairs.frame import Framed
from engine.session.earnings import fee_text, settle_participant
from engine.words.language import _
from engine.words.rendering import render
from otree.api import Page, WaitPage


class Consent(Framed, Page):
    form_model = "player"
    form_fields = ["consent"]
    problems = ()

    def title(self):
        return _("Welcome")

    def content(self):
        return render("welcome/consent.html", fee=fee_text(self.session), problems=self.problems)

    def before_next_page(self):
        self.player.absent = self.timeout_happened

    def form_invalid(self, form):
        self.problems = (_("Please choose one of the two answers."),)
        form.consent.errors = list(self.problems)
        return super().form_invalid(form)


class Declined(Framed, Page):
    allow_back_button = True

    def is_displayed(self):
        return not self.player.consent

    def title(self):
        return _("You do not take part")

    def content(self):
        return render("welcome/declined.html")

    def error_message(self, values):
        return _("Please raise your hand. An experimenter will come to you.")

    def before_next_page(self):
        """Only the experimenter gets here."""
        self.session.declined = [*self.session.declined, self.participant.id_in_session]
        settle_participant(self.participant, came=not self.player.absent)

    def app_after_this_page(self, upcoming_apps):
        return upcoming_apps[-1]


class WaitForAll(Framed, WaitPage):
    template_name = "engine/WaitPage.html"
    wait_for_all_groups = True

    def title(self):
        return _("Please wait")

    def content(self):
        return render("engine/wait.html", awaited=_("The experiment starts when all participants are ready."))


page_sequence = [Consent, Declined, WaitForAll]
