"""Own words of a treatment: everything that participants read uses them, in every language, and stays grammatical."""

import json
import re
from itertools import product

import pytest
from babel.messages.pofile import read_po
from engine.instructions.advice import advice
from engine.instructions.screen import instructions
from engine.paper.handouts import answer_key, handout
from engine.quiz.questions_game import questions
from engine.quiz.understanding import understanding_questions
from engine.words.guess_rule import belief_rule, what_is_guessed
from engine.words.language import FOLDER, WORDINGS, _, languages, ngettext, speaking_of, use
from engine.words.numbers import PLAYER
from engine.words.own_words import BARE, PLURAL, SINGULAR, bare, own_words
from engine.words.sentences import absent_sentence, left_sentence
from markupsafe import Markup

from mechanisms.treatments import Treatment
from mechanisms.treatments.ready_words import READY
from mechanisms.treatments.schema_words import LANGUAGES, SLOTS, WordsSpec
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.screens.pages import decide_page, feedback_page, played
from tests.apps.stage import stage
from tests.shared import first_of_each, in_turn, mostly_thorough

pytestmark = pytest.mark.usefixtures("stored")

WORDS = {
    "message": {
        "en": {"singular": "offering", "plural": "offerings"},
        "de": {"singular": "Beitrag", "plural": "Beiträge", "gender": "m"},
        "ja": "拠出",
    },
    "good": {
        "en": {"singular": "ounce of gold", "plural": "ounces of gold"},
        "de": {"singular": "Barren", "plural": "Barren", "gender": "m"},
        "ja": {"word": "金塊", "counter": "本"},
    },
    "outcome": {
        "en": {"singular": "island", "plural": "islands"},
        "de": {"singular": "Land", "plural": "Länder", "gender": "n"},
        "ja": "島",
    },
    "player": {
        "en": {"singular": "estate", "plural": "estates"},
        "de": {"singular": "Betrieb", "plural": "Betriebe", "gender": "m"},
        "ja": {"word": "農家", "counter": "軒"},
    },
}
OWN = {
    "en": {
        "message": r"\b[Oo]fferings?\b", "good": r"\b[Oo]unces? of gold\b", "outcome": r"\b[Ii]slands?\b",
        "player": r"\b[Ee]states?\b",
    },
    "de": {"message": "Betr|Beitrag|Beiträge", "good": "Barren", "outcome": r"\bL[aä]nd", "player": "Betrieb"},
    "ja": {"message": "拠出", "good": "金塊|本", "outcome": "島", "player": "農家"},
}  # fmt: skip
REPLACED = {
    "en": {
        "message": r"\b[Rr]eport|\b[Rr]equest|\b[Bb]ids?\b|\bbidding\b", "good": r"\b[Uu]nits?\b|\b[Oo]bjects?\b",
        "outcome": r"\b[Oo]utcomes?\b|(?<![Vv]alue )\blevels?\b", "player": r"\b[Pp]layers?\b",
    },
    "de": {
        "message": r"\w*[Mm]eldung|\bmeldet?\b|[Aa]nforder|\bfordern?t?\b|\bGebote?n?s?\b|\bbietet?n?\b|geboten",
        "good": r"\bEinheit|\bObjekt", "outcome": r"\bAlternative|(?<!Wert)[Nn]iveau",
        "player": r"\b(anderen?|[Jj]eder?|[Ee]iner?|erste|Alle|aller|beiden) Personen?\b|\bPerson \d",
    },
    "ja": {
        "message": "報告|要求|入札", "good": "(?<!硬貨の)単位|品物|財", "outcome": "選択肢|(?<!評価)水準",
        "player": "プレイヤー",
    },
}  # fmt: skip
"""What must not be said where a treatment has words of its own."""


def names_of(treatment):
    """What the file calls its outcomes, types and roles, and what pages shall say for it."""
    labels = {place.label(own) for place in treatment.positions for own in place.types.tolist()} - {""}
    roles = {role for place in treatment.positions if not PLAYER.fullmatch(role := place.role)}
    outcomes = treatment.definition["environment"].get("outcomes", ())
    return {name: f"«{k}»" for k, name in enumerate([*sorted(labels | roles), *outcomes])}


def words_for(treatment, slots):
    return {**{slot: WORDS[slot] for slot in slots}, "names": dict.fromkeys(LANGUAGES, names_of(treatment))}


def with_words(treatment, **protocol):
    definition = {**treatment.definition, "words": words_for(treatment, SLOTS[treatment.environment])}
    definition["session"] = {**definition["session"], **protocol}
    return Treatment.from_definition(definition)


def kind(name):
    treatment = TREATMENTS[name]
    return treatment.environment, treatment.style, treatment.sequence is None, treatment.stages is None


KEPT = first_of_each(TREATMENTS, kind)
OTHERS = [name for name in TREATMENTS if name not in KEPT]
CASES = [*in_turn(KEPT, languages(), KEPT[0]), *mostly_thorough(product(OTHERS, languages()))]


def pages(treatment):
    """(what it is, HTML) of what participants and experimenters read of a treatment."""
    type_value = float(treatment.positions[0].types[0])
    yield "instructions", instructions(treatment, 0)
    yield "decision", decide_page(stage(treatment)[0])
    yield "result", feedback_page(played(treatment)[0])
    yield "handout", handout(treatment, 0, Markup(""))
    yield "answers", answer_key(treatment)
    for question in questions(treatment, 0, type_value):
        choices = [choice for _value, choice in question.choices]
        yield "quiz", " ".join(map(str, [question.text, question.hint, question.explanation, *choices]))
    if treatment.sequence is None and treatment.stages is None and not treatment.group_size > 12:
        for question in understanding_questions(treatment, 0, type_value):
            yield "understanding", " ".join(map(str, [question.text, *(text for _key, text in question.choices)]))
    yield "consent", f"{left_sentence(treatment)} {absent_sentence(treatment)}"
    yield "guess", " ".join(map(str, [what_is_guessed(treatment), *belief_rule(treatment, 0)]))


def read(html, treatment):
    """What is seen of a page, without the title of the treatment, which has one language."""
    text = re.sub(r"<(style|script|title)\b.*?</\1>", " ", str(html), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    return text.replace(treatment.title, "")


def said_in(text, pattern):
    """Where it is said, with what stands around it."""
    return [text[max(0, found.start() - 80) : found.end() + 60] for found in re.finditer(pattern, text)]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_pages_use_own_words_and_never_the_standard_ones(name, language):
    treatment = with_words(TREATMENTS[name], language=language, quiz=True)
    with use(language), speaking_of(treatment):
        texts = [(page, read(html, treatment)) for page, html in pages(treatment)]
    for name, said in names_of(treatment).items():
        assert any(said in text for _page, text in texts), name
        kept = [page for page, text in texts if re.search(rf"\b{re.escape(name)}\b", text)]
        assert language == "en" or not kept, name  # in English an outcome "nothing" is a word of other sentences, too
    for slot in SLOTS[treatment.environment]:
        assert any(re.search(OWN[language][slot], text) for _page, text in texts), slot
        for page, text in texts:
            assert not said_in(text, REPLACED[language][slot]), (page, slot)
            assert not re.search(r"\|[NADG]|~|\[\w", text), (page, "a bracket of the catalog is left")


STYLES = {
    "two_bid": "menu",
    "four_bid_pairwise": "traditional",
    "negative_decimals": "menu",
    "park_agv": "traditional",
    "equal_vcg": "traditional",
    "two_players_halves": "opportunity",
}
"""A treatment for each kind of advice, and how its rule can be described."""
UNDECLINED = {
    "en": r"\b(?:report|request|bid|offering) your\b",
    "de": r"\b(?:d(?:ie|er|as|em|en)|k?eine?[mnr]?) (?:Meldung|Anforderung|Gebot|Beitrag) Ihr(?:en?|em)?\b",
    "ja": "という(?:報告|要求|入札|拠出)",
}
"""One noun after another, of which nothing says what they have to do with each other: "the report your true type"."""
OF_NO_AUCTION = r"\b[Rr]eport|\b[Oo]utcome|[Mm]eldung|\bmeldet?\b|Alternative|報告|選択肢"


def on_all_sheets(treatment, style, slot, language):
    """All that is read on a rule and its incentives, with one own word: each kind of advice (a proof begins with the
    statement), what is open, the quiz, and the questions of understanding."""
    earlier = [
        {"role": place.role, "type": str(own), "message": str(place.messages[0]), "times": 3, "points": str(points)}
        for i, place in enumerate(treatment.positions)
        for own in place.types.tolist()
        for points in [treatment.own_points(i, own).take(0, axis=i).min() / 10**treatment.rounding]
    ]
    told = {"kind": "experience", "identity": treatment.identity, "earlier": earlier}
    for kind in ({"kind": "proof"}, told):
        described = Treatment.from_definition({
            **treatment.definition,
            "words": words_for(treatment, [slot]),
            "description": {"style": style},
            "advice": kind,
            "understanding": {},
            "session": {**treatment.definition["session"], "language": language, "quiz": True},
        })  # fmt: skip
        with use(language):
            html = advice(described, 0) if kind is told else handout(described, 0, instructions(described, 0))
            yield read(html, described)


@pytest.mark.parametrize(("name", "language"), in_turn(STYLES, languages(), "park_agv"))
def test_one_own_word_alone_leaves_advice_and_descriptions_in_order(name, language):
    treatment = TREATMENTS[name]
    bids = [OF_NO_AUCTION] if treatment.environment == "allocation" else []
    for slot in SLOTS[treatment.environment]:
        for text in on_all_sheets(treatment, STYLES[name], slot, language):
            for refused in (REPLACED[language][slot], UNDECLINED[language], *bids):
                assert not said_in(text, refused), slot


SHOWN = {"auction": "four_bid_pairwise", "prices": "two_bid", "staged": "production_staged", "": "park_vcg"}
"""A treatment for each wording of the catalogs."""
FOR_THE_EXPERIMENTER = re.compile(r"^(apps|_templates)/engine/(admin|demo)")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("wording", SHOWN)
def test_no_sentence_that_participants_can_read_keeps_a_standard_word(wording, language):
    """Whatever page it stands on: all sentences of the catalogs, said in the words of a treatment."""
    treatment = with_words(TREATMENTS[SHOWN[wording]])
    treatment.words = WordsSpec.model_validate(WORDS)
    with (FOLDER / "lab.pot").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = 0
    with use(language), speaking_of(treatment):
        for message in messages:
            if all(FOR_THE_EXPERIMENTER.match(path) for path, _line in message.locations):
                continue
            for n in (1, 2) if isinstance(message.id, tuple) else (1,):
                text = NAMES.sub("x", str(in_words(message.id, n)))
                for slot, pattern in REPLACED[language].items():
                    assert not re.search(pattern, text), (slot, text)
                    said += bool(re.search(OWN[language][slot], text))
    assert said > 300


NAMES = re.compile(r"<[^>]*>|\{\w+\}")


def in_words(message, n):
    """A sentence with its {names} not filled in."""
    ids = message if isinstance(message, tuple) else (message,)
    names = {name: f"{{{name}}}" for text in ids for name in re.findall(r"{(\w+)}", text)}
    names.pop("n", None)
    return ngettext(*ids, n, **names) if len(ids) > 1 else _(message, **names, n="{n}")


def read_catalog(path):
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def strings(entry):
    return entry if isinstance(entry, tuple | list) else (entry,)


GERMAN = [FOLDER / "de" / "LC_MESSAGES" / "lab.po", *sorted(WORDINGS.glob("*/de.po"))]


def test_every_german_singular_stands_in_a_bracket_with_its_case():
    """Or the sentence is said in other words where a treatment has own ones."""
    nouns = "|".join(noun for noun, slot in SINGULAR.items() if slot != "player")
    said = {path: read_catalog(path) for path in GERMAN}
    instead = {path.parent.name: said[path].keys() for path in GERMAN if path.parent.name.endswith("own")}
    for path, messages in said.items():
        instead_here = instead.get(f"{path.parent.name}_own", instead["own"])
        for message, entry in messages.items():
            left = [text for text in strings(entry) if re.search(rf"\b({nouns})s?\b(?!-)", BARE.sub("", text))]
            assert not left or message in instead_here, f"{path.parent.name}: {left[0]}"


def test_only_the_marks_of_the_german_catalogs_are_taken_off():
    """Japanese numbers "1~5" have lost their sign, and read 15."""
    assert bare("[Ihr Wert|N], [ihre|A]: an ihrer~ Stelle 1~5") == "Ihr Wert, ihre: an ihrer Stelle 1~5"
    for path in FOLDER.rglob("*.po"):
        of_german = path in GERMAN
        for entry in read_catalog(path).values():
            for text in strings(entry):
                assert not set("[|]~") & set(bare(text)) if of_german else bare(text) == text, f"{path}: {text}"


def test_brackets_of_the_german_catalogs_name_a_case_and_a_word():
    for path in GERMAN:
        for entry in read_catalog(path).values():
            for text in strings(entry):
                for span, tag in re.findall(r"\[([^\[\]|]+)\|([^\[\]]*)\]", text):
                    case, _space, slot = tag.partition(" ")
                    noun = span.split(" ")[-1]
                    assert case in ("N", "A", "D", "G"), text
                    assert slot in WORDS if slot else noun in SINGULAR or noun.removesuffix("s") in SINGULAR, text
                assert not re.search(r"[\[\]|~]", bare(text)), text


def test_no_german_article_stands_twice():
    """ "Das der Person" is said of a message of any gender only if it is not "der der Person"."""
    say = own_words(WordsSpec(message="contribution", good="litre", outcome="location"), "de")
    for path in GERMAN:
        for entry in read_catalog(path).values():
            for text in strings(entry):
                assert not re.search(r"(?<!, )\b(der|das|den|dem|des) \1\b", say(text), re.IGNORECASE), text


VERBS = {
    "en": re.compile(
        r"\b(players?|others|you|they|who|nobody|somebody|to|can|cannot) (report|request|bid)s?\b"
        r"|\} (report|request|bid)s\b|\b(reported|requested|reporting|requesting|bidding)\b"
    ),
    "de": re.compile(
        r"\b(meldet?|melden|gemeldet|[Ff]order(e|n|t)|anforder(e|n|t|ten|te)|angefordert\w*|anzufordern|bieten|bietet"
        r"|geboten)\b"
    ),
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_a_verb_is_said_as_a_noun_where_messages_have_own_words(language):
    verb, sources = VERBS[language], {name: WORDINGS / name / f"{language}.po" for name in ("auction", "staged")}
    common = FOLDER / language / "LC_MESSAGES" / "lab.po" if language != "en" else FOLDER / "lab.pot"
    said = {"": read_catalog(common), **{name: read_catalog(path) for name, path in sources.items()}}
    instead = {path.parent.name: read_catalog(path) for path in WORDINGS.glob(f"*own/{language}.po")}
    for name, messages in said.items():
        own = instead.get(f"{name}_own" if name else "own", {})
        for message, entry in messages.items():
            texts = strings(message if language == "en" and not name else entry)
            if any(verb.search(text) for text in texts):
                assert message in own, f"{name or 'common'}: {texts[0]}"
    for messages in instead.values():
        assert not [text for entry in messages.values() for text in strings(entry) if verb.search(text)]


@pytest.mark.parametrize("language", languages())
def test_sentences_for_own_words_name_the_truth_after_a_noun_and_speak_of_bids_in_auctions(language):
    """In them the truth is that of a report ("of your true type"), so that none of the others may be said with it."""
    named = {message for message in read_catalog(FOLDER / "lab.pot") if "{truth}" in str(message)}
    instead = {name: read_catalog(WORDINGS / name / f"{language}.po") for name in ("own", "auction_own")}
    for messages in instead.values():
        assert named | {"your true type"} <= messages.keys()
    of_bids = "\n".join(text for entry in instead["auction_own"].values() for text in strings(entry))
    assert not said_in(of_bids, OF_NO_AUCTION)


CONTEXTS = {
    "en": [
        ("Choose your report:", "Choose your offering:"),
        ("{n} player", "3 estates"),
        ("Player {number}", "Estate 3"),
        ("Who has made the highest bid gets the object.", "Who has made the highest offering gets the ounce of gold."),
    ],
    "de": [
        ("Choose your report:", "Wählen Sie Ihren Beitrag:"),
        ("{n} player", "3 Betriebe"),
        ("Chosen outcome", "Gewähltes Land"),
        ("With these reports the chosen outcome is: {outcome}.", "Bei diesen Beiträgen wird dieses Land gewählt: x."),
        ("What the player gets", "Was der Betrieb erhält"),
        (
            "In addition you pay {amount}, whatever is reported.",
            "Außerdem zahlen Sie x, wie die Beiträge auch ausfallen.",
        ),
    ],
    "ja": [
        ("Choose your report:", "拠出を選んでください。"),
        ("What the other player can expect", "もう一軒の農家の見込み"),
        ("{n} player", "3軒の農家"),
        ("Served", "割り当てを受けた農家"),
        ("For example, {units} unit in total costs {cost}.", "たとえば、合計x本の費用はxです。"),
        ("Units", "本数"),
    ],
}


@pytest.mark.parametrize("language", languages())
def test_articles_cases_and_counters_agree(language):
    treatment = with_words(TREATMENTS["park_vcg"])
    words = WordsSpec.model_validate(WORDS)
    values = dict.fromkeys(("outcome", "amount", "units", "cost"), "x") | {"number": 3}
    with use(language), speaking_of(treatment):
        treatment.words = words
        with speaking_of(treatment):
            for message, expected in CONTEXTS[language]:
                said = ngettext(message, "{n} players", 3) if message == "{n} player" else _(message, **values)
                assert str(said) == expected


@pytest.mark.parametrize("language", languages())
def test_the_consent_page_of_a_session_uses_them_too(language):
    """It belongs to the whole session, and is not said in the words of one treatment."""
    treatment = with_words(TREATMENTS["park_vcg"], seconds=30)
    pair = with_words(TREATMENTS["cason_pivotal"], seconds=30)
    with use(language):
        told = f"{left_sentence(pair)} {absent_sentence(pair)} {absent_sentence(treatment)}"
    assert re.search(REPLACED[language]["player"], told) is None


ARTICLES = {"hour": "an", "unit": "a"}  # where the first letter does not tell


@pytest.mark.parametrize(
    ("base", "slot", "sentence"),
    [("auction_second_price", "good", "You get an object."), ("park_vcg", "message", "a request")],
)
def test_ready_words_have_the_article_of_their_sound(base, slot, sentence):
    definition = TREATMENTS[base].definition
    for name in READY[slot]:
        word = name.replace("_", " ")
        article = ARTICLES.get(name, "an" if word[0] in "aeiou" else "a")
        with speaking_of(Treatment.from_definition({**definition, "words": {slot: name}})):
            assert f"{article} {word}" in str(_(sentence))


def test_where_messages_are_orders_no_sequence_is_called_an_order():
    """What is called an order in a sentence is a message then, and nothing else."""
    say = own_words(WordsSpec.model_validate({"message": "order"}), "en")
    with (FOLDER / "lab.pot").open("rb") as file:
        ids = [message.id for message in read_po(file)]
    texts = [text for own in ids for text in ([own] if isinstance(own, str) else own)]
    texts = [re.sub(r"\{\w*\}|<[^<>]*>", "", text) for text in texts if re.search(r"\border", text)]
    assert len(texts) > 20
    for text in texts:
        said, messages = (re.findall(rf"\b(?:{words})s?\b", t, re.I) for words, t in
                          (("order", say(text)), ("report|request|bid", text)))  # fmt: skip
        assert len(said) == len(messages), text
    assert say("An order is drawn for the reports.") == "A sequence is drawn for the orders."


def test_words_of_the_file_are_text():
    definition = dict(TREATMENTS["park_vcg"].definition)
    word = {"singular": "<b>vote</b>", "plural": "votes & <i>", "article": "a"}
    definition["words"] = {"message": {"en": word}}
    treatment = Treatment.from_definition(definition)
    with speaking_of(treatment):
        assert str(_("Your report")) == "Your &lt;b&gt;vote&lt;/b&gt;"
        assert str(_("All reports")) == "All votes &amp; &lt;i&gt;"


def test_a_language_without_own_words_has_the_standard_ones():
    definition = {**TREATMENTS["park_vcg"].definition, "words": {"message": {"en": WORDS["message"]["en"]}}}
    treatment = Treatment.from_definition(definition)
    with speaking_of(treatment):
        assert str(_("Your report")) == "Your offering"
        with use("de"):
            assert str(_("Your report")) == "Ihre Meldung"


def test_the_words_of_the_catalogs_are_known():
    assert set(SINGULAR.values()) == set(PLURAL.values()) == set(WORDS)


def test_bots_play_and_the_data_keep_the_words(lab):
    """Robots read the pages, whatever things are called there; the game is that of the treatment without own words."""
    done, tables = lab.play("words_staged", 3, language="de", rounds=1, practice_rounds=0)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = tables["staged"]
    assert {row["identity"] for row in rows} == {TREATMENTS["production_staged"].identity}
    assert all(json.loads(row["definition"])["words"]["message"]["de"]["plural"] == "Bestellungen" for row in rows)
