"""The frame of every participant's page: its language, its title, its content.

A page gives `title()` and `content()`, HTML that engine.rendering makes; oTree's template only puts them into place.
"""

from typing import Any

from markupsafe import Markup

from engine.language import _, current, use


class Framed:
    """Before Page or WaitPage in the bases of every page that a participant sees."""

    template_name = "engine/Page.html"

    def title(self) -> str:
        raise NotImplementedError

    def content(self) -> Markup:
        raise NotImplementedError

    def get_template_name(self) -> str:
        """oTree would look for a template named after the page's class."""
        return self.template_name

    @property
    def session(self) -> Any:
        """oTree's own property asks the database at every use. A wait page without a person falls back to it."""
        participant = getattr(self, "participant", None)
        return super().session if participant is None else participant.session  # type: ignore[misc]

    def inner_dispatch(self, request: Any) -> Any:
        with use(self.session.config["language"]):
            return super().inner_dispatch(request)  # type: ignore[misc]

    def vars_for_template(self) -> dict[str, Any]:
        return {
            "page_title": self.title(),
            "page_content": self.content(),
            "language": current(),
            "timer_text": _("Time left:"),
        }
