"""How German nouns and what belongs to them are declined, for words that a treatment gives."""

import re

from mechanisms.treatments.schema_words import GermanWord

Endings = dict[str, tuple[str, str, str]]
"""By case, for m, f and n."""

DEFINITE: Endings = {
    "N": ("der", "die", "das"),
    "A": ("den", "die", "das"),
    "D": ("dem", "der", "dem"),
    "G": ("des", "der", "des"),
}
PRONOUN: Endings = {
    "N": ("er", "sie", "es"),
    "A": ("ihn", "sie", "es"),
    "D": ("ihm", "ihr", "ihm"),
    "G": ("seiner", "ihrer", "seiner"),
}
STRONG: Endings = {"N": ("er", "e", "es"), "A": ("en", "e", "es"), "D": ("em", "er", "em"), "G": ("es", "er", "es")}
"""Endings of dieser, jeder, welcher, and of einer, Ihrer where no noun follows."""
MIXED: Endings = {"N": ("", "e", ""), "A": ("en", "e", ""), "D": ("em", "er", "em"), "G": ("es", "er", "es")}
"""Endings of ein, kein, Ihr."""
AFTER: dict[str, Endings] = {
    "definite": {"N": ("e", "e", "e"), "A": ("en", "e", "e"), "D": ("en", "en", "en"), "G": ("en", "en", "en")},
    "mixed": {"N": ("er", "e", "es"), "A": ("en", "e", "es"), "D": ("en", "en", "en"), "G": ("en", "en", "en")},
    "": {"N": ("er", "e", "es"), "A": ("en", "e", "es"), "D": ("em", "er", "em"), "G": ("en", "er", "en")},
}
"""Endings of an adjective after such a word, and where nothing stands before it."""
ENDING = re.compile(r"(?:e[mnrs]?)$")


def _like(first: str, own: str) -> str:
    return own.capitalize() if first[:1].isupper() else own


def in_case(word: GermanWord, case: str) -> str:
    stated = {"A": word.accusative, "D": word.dative, "G": word.genitive}.get(case)
    if stated or case != "G" or word.gender == "f" or " " in word.singular:
        return stated or word.singular
    return word.singular + ("es" if word.singular.endswith(("s", "ß", "x", "z")) else "s")


def dative_plural(word: GermanWord) -> str:
    if word.dative_plural or " " in word.plural or not word.plural.endswith(("e", "el", "er")):
        return word.dative_plural or word.plural
    return word.plural + "n"


def declined(tokens: list[str], gender: str, case: str, before_noun: bool) -> list[str]:
    """Article, pronoun and adjectives of a noun of some gender, written in the feminine or the neuter.

    >>> declined(["Ihre", "eigene"], "m", "A", True), declined(["jede"], "n", "N", False)
    (['Ihren', 'eigenen'], ['jedes'])
    """

    def of(table: Endings) -> str:
        return table[case]["mfn".index(gender)]

    first, kind, said = tokens[0] if tokens else "", "", []
    low = first.lower()
    alone = not before_noun and len(tokens) == 1
    if alone and (low in ("sie", "er", "es", "ihn", "ihm") or (low == "ihr" and case == "D")):
        said, kind = [_like(first, of(PRONOUN))], "definite"
    elif low in ("die", "der", "das", "den", "dem", "des"):
        said, kind = [_like(first, of(DEFINITE))], "definite"
    elif low in ("zur", "zum"):
        said, kind = ["zur" if gender == "f" else "zum"], "definite"
    elif found := re.fullmatch(r"(dies|jed|welch)e[mnrs]?", low):
        said, kind = [first[: len(found[1])] + of(STRONG)], "definite"
    elif found := re.fullmatch(r"(ein|kein|mein|ihr)(?:e[mnrs]?)?~?", low):
        ending = of(STRONG if alone else MIXED)
        said, kind = [first[: len(found[1])] + ending + ("~" if low.endswith("~") else "")], "mixed"
    return said + [
        ENDING.sub("", token) + of(AFTER[kind]) if ENDING.search(token) else token for token in tokens[len(said) :]
    ]
