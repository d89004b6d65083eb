"""What a treatment calls its messages, its good, its outcomes and its players: words, in the forms of each language.

They do not change the game. A language without own words has the standard ones, and a file that says nothing of words
has the definition that it always had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from mechanisms.treatments.ready_words import READY
from mechanisms.treatments.section import Section, as_read, wrong

ONE_LINE = r"^[^\s{}](.*[^\s{}])?$"
Form = Annotated[str, Field(min_length=1, max_length=60, pattern=ONE_LINE)]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=ONE_LINE)]


class Word(Section):
    """A noun in the forms of a language; `NEEDS` says of the language which forms there must be."""

    @model_validator(mode="before")
    @classmethod
    def _all_forms(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for form, field in cls.model_fields.items():
                if field.is_required() and form not in given:
                    raise wrong(form, f"is missing: {NEEDS[cls.__name__]}")
        return given


class EnglishWord(Word):
    singular: Form
    plural: Form
    article: Literal["a", "an"] | None = None


class GermanWord(Word):
    """Without its own form a case is that of the strong declension: Beitrag, Beitrags, Beiträgen."""

    singular: Form
    plural: Form
    gender: Literal["f", "m", "n"]
    accusative: Form | None = None
    dative: Form | None = None
    genitive: Form | None = None
    dative_plural: Form | None = None
    compound: Form | None = None


class JapaneseWord(Word):
    word: Form
    counter: Form | None = None


NEEDS = {
    "EnglishWord": 'English needs singular and plural (and article, "a" or "an", where the first letter does not tell)',
    "GermanWord": 'German needs singular, plural and gender ("f", "m" or "n"); accusative, dative, genitive, '
    "dative_plural and compound where they are irregular",
    "JapaneseWord": "Japanese needs the word (and a counter, where there is one)",
}
LANGUAGES = {"en": EnglishWord, "de": GermanWord, "ja": JapaneseWord}


class WordByLanguage(Section):
    en: EnglishWord | None = None
    de: GermanWord | None = None
    ja: JapaneseWord | None = None


class NamesByLanguage(Section):
    """{what the file calls a player, a type or an outcome: how the pages of a language call it}."""

    en: dict[str, Name] | None = None
    de: dict[str, Name] | None = None
    ja: dict[str, Name] | None = None

    def of(self, language: str) -> dict[str, str]:
        return getattr(self, language, None) or {}

    @model_validator(mode="after")
    def _told_apart(self) -> NamesByLanguage:
        for language in LANGUAGES:
            said: dict[str, str] = {}
            for name, text in self.of(language).items():
                if (read := as_read(text)) in said:
                    raise wrong(language, f"says {text!r} for {said[read]!r} and {name!r}: nobody can tell them apart")
                said[read] = name
        return self

    def __hash__(self) -> int:  # asked for each sentence of a page
        return hash(tuple(map(frozenset, map(self.of, LANGUAGES))))


def _forms_of(slot: str) -> BeforeValidator:
    """Ready words become their forms, so that a stored session is complete in itself."""
    ready = READY[slot]
    names = ", ".join(repr(name) for name in ready)

    def forms(given: Any) -> Any:
        if isinstance(given, str):
            if given not in ready:
                raise ValueError(
                    f"must be a ready word ({names}) or a table with the forms by language: {', '.join(LANGUAGES)}"
                )
            return ready[given]
        if not isinstance(given, Mapping):
            return given
        if not given:
            raise ValueError(f"must have the forms of at least one language: {', '.join(LANGUAGES)}")
        for language in given:
            if language not in LANGUAGES:
                raise wrong(language, f"is no language with own words; there are {', '.join(LANGUAGES)}")
        return {language: _in_language(language, word) for language, word in given.items()}

    def _in_language(language: str, word: Any) -> Any:
        if not isinstance(word, str):
            return word
        if word in ready:
            return ready[word][language]
        if language == "ja":
            return {"word": word}
        raise wrong(language, f"is no ready word ({names}); {NEEDS[LANGUAGES[language].__name__]}")

    return BeforeValidator(forms)


class WordsSpec(Section):
    """`good`: what units are called, or the objects of an allocation; `outcome`: what is chosen for all; `names`: what
    the file has in one language only."""

    message: Annotated[WordByLanguage | None, _forms_of("message")] = None
    good: Annotated[WordByLanguage | None, _forms_of("good")] = None
    outcome: Annotated[WordByLanguage | None, _forms_of("outcome")] = None
    player: Annotated[WordByLanguage | None, _forms_of("player")] = None
    names: NamesByLanguage | None = None

    def name(self, name: str, language: str) -> str:
        """What a player, a type or an outcome of the file is called in a language; as there if nothing else is said."""
        return name if self.names is None else self.names.of(language).get(name, name)

    def word(self, slot: str, language: str) -> Any:
        """The forms of one word in a language; None where the standard one is used."""
        return getattr(getattr(self, slot), language, None)

    def called(self, language: str) -> str:
        """In words: "message: order; player: farm"; empty where a language has the standard words."""
        words = {slot: self.word(slot, language) for slot in self.slots}
        return "; ".join(
            f"{slot}: {getattr(word, 'singular', None) or word.word}" for slot, word in words.items() if word
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """What has a word of its own in some language."""
        return tuple(slot for slot in READY if getattr(self, slot) is not None)


SLOTS = {
    "production": ("message", "good", "player"),
    "allocation": ("message", "good", "player"),
    "single_peaked": ("message", "outcome", "player"),
    "public_project": ("message", "outcome", "player"),
}
"""What the pages of an environment have words for."""
