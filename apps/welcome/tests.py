from collections.abc import Iterator

from otree.api import Bot, SubmissionMustFail

from . import pages


class PlayerBot(Bot):
    def play_round(self) -> Iterator[object]:
        yield SubmissionMustFail(pages.Consent, {"consent": ""}, error_fields=["consent"])
        yield pages.Consent, {"consent": True}
