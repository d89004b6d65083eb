"""A treatment's own words in the sentences of a language: for "report" and "unit" it says "order" and "litre".

A sentence is found by its standard words, of which `STANDARD` has all. English and Japanese words are exchanged where
they stand. A German one takes its article, its adjectives and the pronouns for it along: in the German catalogs a noun
in the singular stands in brackets with its case (N, A, D, G), as in

    Wählen Sie [Ihre eigene Meldung|A]: Durch [sie|A message] ändert sich der Anteil [der anderen Person|G].

so that with a Beitrag it is "Wählen Sie Ihren eigenen Beitrag: Durch ihn …". What has no noun in it names the word
whose gender it has. `ihr~` is the possessive of a player ("its"). In the plural only the noun changes; it is a dative
after the words in `DATIVE`. For other treatments the brackets are taken off (`bare`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import escape

from engine.words.german import dative_plural, declined, in_case
from mechanisms.treatments.schema_words import EnglishWord, GermanWord, JapaneseWord, WordsSpec

STANDARD = {
    "en": {
        "message": ("request", "report", "bid"),
        "good": ("unit", "object"),
        "outcome": ("outcome", "level"),
        "player": ("player",),
    },
    "de": {
        "message": ("Anforderung", "Meldung", "Gebot"),
        "good": ("Einheit", "Objekt"),
        "outcome": ("Alternative", "Niveau"),
        "player": ("Person",),
    },
    "ja": {
        "message": ("要求", "報告", "入札"),
        "good": ("単位", "品物"),
        "outcome": ("選択肢", "水準"),
        "player": ("プレイヤー",),
    },
}
BARE = re.compile(r"\[([^\[\]|]*)\|[^\[\]]*\]")
ITS = re.compile(r"\b([Ii]hr\w*)~")
KEPT = r"(?P<kept>\{[^{}]*\}|<[^<>]*>)"
"""Names of values and tags, which are no words."""


OTHERWISE = {"order": "sequence"}
"""English words of the sentences that could be taken for an own word: what is said for them where they are one."""


def bare(text: str) -> str:
    """A sentence of a catalog in its standard words.

    >>> bare("Wählen Sie [Ihre Meldung|A].")
    'Wählen Sie Ihre Meldung.'
    """
    return ITS.sub(r"\1", BARE.sub(r"\1", text))


@lru_cache(maxsize=64)
def own_words(words: WordsSpec | None, language: str) -> Callable[[str], str] | None:
    """What says a sentence of the language in the words of a treatment; None where it has the standard ones."""
    own = {slot: word for slot in words.slots if (word := words.word(slot, language))} if words else {}
    return lru_cache(maxsize=4096)(SAY[language](own).say) if own else None


def written(form: str) -> str:
    """As HTML and within a sentence whose {names} are filled in later."""
    return str(escape(form)).replace("{", "{{").replace("}", "}}")


def like(standard: str, own: str) -> str:
    """With a capital letter where the standard word has one."""
    return own[:1].upper() + own[1:] if standard[:1].isupper() else own


class English:
    """One pass over a sentence, so that what has been put in is not changed again."""

    def __init__(self, own: dict[str, EnglishWord]) -> None:
        self.own = {standard: word for slot, word in own.items() for standard in STANDARD["en"][slot]}
        forms = {form.lower() for word in own.values() for form in (word.singular, word.plural)}
        taken = "|".join(said for said in OTHERWISE if said in forms)
        self.found = re.compile(
            rf"{KEPT}|(?P<other>\bvalue levels?\b)"
            + (rf"|\b(?P<an>an )?(?P<taken>{taken})(?P<many>s)?\b" if taken else "")
            + rf"|\b(?P<article>an? )?(?P<noun>{'|'.join(self.own)})"
            r"(?P<end>s'|'s|s)?(?!\w)(?P<who> who\b)?",
            re.IGNORECASE,
        )

    def say(self, text: str) -> str:
        return self.found.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        if match["kept"] or match["other"]:
            return match[0]
        if match.groupdict().get("taken"):
            otherwise = like(match["taken"], OTHERWISE[match["taken"].lower()])
            return (like(match["an"], "a ") if match["an"] else "") + otherwise + (match["many"] or "")
        word, end = self.own[match["noun"].lower()], match["end"] or ""
        noun = word.plural if end in ("s", "s'") else word.singular
        said = written(like(match["noun"], noun))
        if "'" in end:
            said += "'" if end == "s'" and noun.endswith("s") else "'s"
        if match["article"]:
            own = word.article or ("an" if word.singular[0].lower() in "aeiou" else "a")
            said = f"{like(match['article'], own)} {said}"
        return said + (" that" if match["who"] else "")  # fits people and firms


class Japanese:
    """Words do not change their form, but things are counted: three 単位 are three of the own counter."""

    def __init__(self, own: dict[str, JapaneseWord]) -> None:
        self.own = {standard: word for slot, word in own.items() for standard in STANDARD["ja"][slot]}
        self.good, self.player = own.get("good"), own.get("player")
        goods = r"|(?P<some>(?:ある)?財を(?=何単位))|(?P<good>財の単位|財)|(?P<pieces>(?<=品物が)\{n\}個)"
        one = "|(?P<one>もう一人(?:の(?=プレイヤー))?(?=プレイヤー|[にがは]))|(?<=プレイヤーは)(?P<each>一人)(?=ずつ)"
        one += r"|(?<=\})(?P<many>人)(?=のプレイヤー)"
        self.found = re.compile(
            rf"(?P<other>評価水準|硬貨の単位){goods if self.good else ''}{one if self.player else ''}|{KEPT}"
            rf"|(?P<word>{'|'.join(self.own)})(?P<number>数)?"
        )

    def say(self, text: str) -> str:
        return self.found.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        found = {name: text for name, text in match.groupdict().items() if text}
        if "word" in found:
            return self._word(match)
        if self.player and found.keys() & {"one", "each", "many"}:
            return match[0].replace("人", written(self.player.counter or "人"))
        if self.good and "good" in found:
            return written(self.good.word)
        if self.good and "some" in found:
            return f"{written(self.good.word)}を" if self.good.counter else ""
        if self.good and self.good.counter and "pieces" in found:
            return f"{{n}}{written(self.good.counter)}"
        return match[0]

    def _word(self, match: re.Match[str]) -> str:
        word, number = self.own[match["word"]], match["number"] or ""
        before = match.string[match.start() - 1 : match.start()]
        counted = match["word"] == "単位" and (number or before in ("}", "何") or before.isdigit())
        return written(word.counter or word.word if counted else word.word) + number


SINGULAR = {noun: slot for slot, nouns in STANDARD["de"].items() for noun in nouns}
PLURALS = {"Gebot": "Gebote", "Objekt": "Objekte", "Alternative": "Alternativen", "Niveau": "Niveaus"}
PLURAL = {PLURALS.get(noun, f"{noun}en"): slot for noun, slot in SINGULAR.items()}
DATIVE = re.compile(
    r"\b(?i:den|allen|diesen|ihren|von|mit|bei|nach|aus|zu|laut) "
    r"(?:(?:[a-zäöüß]+en|wie|so|gleich|doppelt|\d+|\{\w+\}) ){0,3}$"
)
CONTRACTED = {"von": "vom", "in": "im", "an": "am", "bei": "beim", "zu": "zum"}


class German:
    def __init__(self, own: dict[str, GermanWord]) -> None:
        self.own = own
        plurals, before = "|".join((*PLURAL, "Geboten", "Objekten")), "|".join(CONTRACTED)
        self.found = re.compile(
            rf"{KEPT}|(?P<before>\b(?:{before}) )?\[(?P<span>[^\[\]|]+)\|(?P<case>[NADG])(?: (?P<slot>\w+))?\]"
            rf"|(?P<its>\b[Ii]hr\w*~)|\b(?P<plural>{plurals})\b|\b(?P<ideal>Idealniveaus?)\b|\bObjektwert(?P<worth>\w*)"
        )

    def say(self, text: str) -> str:
        return self.found.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        if match["span"]:
            before, said = match["before"] or "", self._span(match["span"].split(" "), match["case"], match["slot"])
            contracted = before and not match["slot"] and said.startswith("dem ")
            return CONTRACTED[before.strip()] + said[3:] if contracted else before + said
        if match["its"]:
            return self._its(match["its"])
        if match["ideal"]:
            return self._ideal(match)
        if match["plural"]:
            return self._plural(match)
        word = self.own.get("good")
        if word is None:
            return match[0]
        return written(f"{word.compound or word.singular}{'-' if ' ' in word.singular else ''}wert") + match["worth"]

    def _span(self, tokens: list[str], case: str, slot: str | None) -> str:
        """An article, adjectives and a noun, or what stands for it, in a case."""
        noun = next((n for n in SINGULAR if tokens[-1] in (n, f"{n}s")), None)
        word = self.own.get(slot or SINGULAR.get(noun or "", ""))
        if word is None:
            return " ".join(self._its(token) if token.endswith("~") else token for token in tokens)
        said = declined(tokens[:-1] if noun else tokens, word.gender, case, bool(noun))
        said = [self._its(token) if token.endswith("~") else token for token in said]
        return " ".join([*said, written(in_case(word, case))] if noun else said)

    def _its(self, token: str) -> str:
        """The possessive of a player: "ihr" of a Person, "sein" of a Betrieb."""
        player = self.own.get("player")
        own = token.rstrip("~")
        return own if player is None or player.gender == "f" else like(own, f"sein{own[3:]}")

    def _plural(self, match: re.Match[str]) -> str:
        standard = match["plural"]
        dative = standard in ("Geboten", "Objekten")
        word = self.own.get(PLURAL[standard.removesuffix("n") if dative else standard])
        if word is None:
            return standard
        return written(dative_plural(word) if dative or DATIVE.search(match.string[: match.start()]) else word.plural)

    def _ideal(self, match: re.Match[str]) -> str:
        """ "Ideal" is a neuter, as Niveau is: it fits whatever the outcomes are called."""
        if "outcome" not in self.own:
            return match["ideal"]
        if not match["ideal"].endswith("s"):
            return "Ideal"
        return "Ideals" if re.search(r"\b(?:[Ii]hres|des) $", match.string[: match.start()]) else "Ideale"


SAY: dict[str, Callable[[Any], English | Japanese | German]] = {"en": English, "de": German, "ja": Japanese}
