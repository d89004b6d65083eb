"""Questions of the quiz about the session: who meets whom, who knows what, what is paid. See questions_game."""

from markupsafe import Markup

from engine.quiz.question import Question
from engine.words.language import _, ngettext
from engine.words.money import currency_of
from engine.words.names import prior_sentence
from engine.words.numbers import money_number, money_text
from engine.words.sentences import late_sentence, notion
from mechanisms.treatments import Treatment


def in_instructions(heading: Markup) -> Markup:
    """The hint of most questions: where the answer stands."""
    return _("You find this in the instructions, under “{heading}”.", heading=heading)


def group(treatment: Treatment) -> Question:
    n = treatment.group_size
    explanation = ngettext(
        "Your group has {size} members: you and {n} other.",
        "Your group has {size} members: you and {n} others.",
        n - 1,
        size=n,
    )
    text = _("How many members does your group have, you included?")
    return Question("group", text, "number", str(n), explanation, hint=in_instructions(_("Your group")))


def information(treatment: Treatment, position: int) -> list[Question]:
    """What the others in the group know about one's own type."""
    others = treatment.group_size - 1
    known = sum(p > 0 for p in treatment.positions[position].probabilities) == 1
    if treatment.information == "private" and known:
        right = "exactly"
    else:
        right = {"complete": "exactly", "private": "chances", "own": "nothing"}[treatment.information]
    choices = (
        ("exactly", _("What it is.")),
        ("chances", _("Not what it is, but with which chances it was drawn.")),
        ("nothing", _("Nothing.")),
    )
    explanation = {
        "exactly": _("Everybody in the group is told it."),
        "chances": ngettext(
            "Only you know it. The other player knows what you both know: {prior}.",
            "Only you know it. The others know what everybody knows: {prior}.",
            others,
            prior=prior_sentence(treatment, position),
        ),
        "nothing": ngettext(
            "Only you know it, and the other player is told nothing about it.",
            "Only you know it, and the others are told nothing about it.",
            others,
        ),
    }[right]  # fmt: skip
    text = [
        ngettext(
            "What does the other player know about your type when you both decide?",
            "What do the others in your group know about your type when they decide?",
            others,
        ),
        ngettext(
            "What does the other player know about your ideal level when you both decide?",
            "What do the others in your group know about your ideal level when they decide?",
            others,
        ),
        ngettext(
            "What does the other player know about your value level when you both decide?",
            "What do the others in your group know about your value level when they decide?",
            others,
        ),
    ][notion(treatment)]
    heading = {
        "production": _("What units are worth to you"),
        "single_peaked": _("What a level is worth to you"),
        "public_project": _("What the outcomes are worth to you"),
        "allocation": _("What the object is worth to you"),
    }[treatment.environment]
    return [Question("information", text, "choice", right, explanation, choices, hint=in_instructions(heading))]


def sequence(treatment: Treatment) -> list[Question]:
    """Reports one after another: what one sees when it is one's turn."""
    if treatment.sequence is None:
        return []
    others = treatment.group_size - 1
    choices = (
        ("none", _("No report of others.")),
        ("before", _("Those that have been made before mine.")),
        ("all", _("All of them, also those that are made after mine.")),
    )
    explanation = ngettext(
        "You and the other player report one after the other. Who reports second sees the first report.",
        "The members of the group report one after another. Who reports sees the reports that have been made before, "
        "and not those that will be made later.",
        others,
    )
    text = _("Which reports of the other members of your group do you see when you report?")
    hint = in_instructions(_("What you choose"))
    return [Question("sequence", text, "choice", "before", explanation, choices, hint=hint)]


def stages(treatment: Treatment) -> list[Question]:
    """Requests in stages: whose request is served."""
    if treatment.stages is None:
        return []
    choices = (
        ("smallest", _("The player with the smallest request of the stage.")),
        ("largest", _("The player with the largest request of the stage.")),
        ("all", _("Everybody who has made a request in the stage.")),
    )
    explanation = _(
        "In each stage the smallest request is served. Who is not served goes on to the next stage, and cannot request "
        "less there than what was served last."
    )
    hint = in_instructions(_("The rule"))
    return [Question("stages", _("Who is served in a stage?"), "choice", "smallest", explanation, choices, hint=hint)]


def feedback(treatment: Treatment) -> Question:
    demands, others = treatment.messages_are == "demands", treatment.group_size - 1
    everybody = (
        ngettext(
            "My points and the request of the other player.", "My points and the requests of all in my group.", others
        )
        if demands
        else ngettext(
            "My points and the report of the other player.", "My points and the reports of all in my group.", others
        )
    )
    average = (
        _("My points and the average request of all participants of this session.")
        if demands
        else _("My points and the average report of all participants of this session.")
    )
    choices = (("all", everybody), ("average", average), ("own", _("Only my own result.")), ("none", _("Nothing.")))
    right = treatment.protocol.feedback
    explanation = {
        "all": ngettext(
            "When both have chosen, you see your points and what the other player chose.",
            "When all have chosen, you see your points and what everybody in your group chose.",
            others,
        ),
        "average": _("When all have chosen, you see your points and the average choice of all participants."),
        "own": _("When all have chosen, you see your own result only."),
        "none": _("You are told no results before the end. At the end you learn your earnings."),
    }[right]  # fmt: skip
    hint = in_instructions(_("The course of a round"))
    text = _("What do you learn when all have chosen?")
    return Question("feedback", text, "choice", right, explanation, choices, hint=hint)


def rounds(treatment: Treatment, parts: int = 1, pay_parts: str = "all") -> list[Question]:
    """Whom one meets, which rounds are paid, what the clock does: as far as the protocol has them."""
    protocol = treatment.protocol
    asked = []
    if protocol.rounds > 1:
        asked.append(matching(treatment))
    if not protocol.exchange_rate:
        pass  # nothing is paid
    elif parts > 1 and pay_parts == "one":
        asked.append(pay_of_one_part(treatment))
    elif protocol.rounds > 1:
        asked.append(pay(treatment))
    if protocol.practice_rounds:
        asked.append(practice(treatment))
    if protocol.seconds:
        asked.append(clock(treatment))
    return asked


def matching(treatment: Treatment) -> Question:
    right, others = treatment.protocol.matching, treatment.group_size - 1
    choices = (
        (
            "partner",
            ngettext("I play all rounds with the same person.", "I play all rounds with the same people.", others),
        ),
        ("stranger", _("The groups are drawn anew in every round. I may meet somebody again.")),
        ("perfect_stranger", _("The groups are new in every round, and I never meet anybody twice.")),
    )
    explanation = {
        "partner": ngettext(
            "You play all {rounds} rounds with the same person.",
            "Your group consists of the same people in all {rounds} rounds.",
            others, rounds=treatment.protocol.rounds,
        ),
        "stranger": _(
            "Before each of the {n} rounds the computer draws the groups anew. It may put you together with somebody "
            "again.",
            n=treatment.protocol.rounds,
        ),
        "perfect_stranger": ngettext(
            "In each of the {rounds} rounds the other player is somebody whom you have not met before.",
            "In each of the {rounds} rounds all other members of your group are people whom you have not met before.",
            others, rounds=treatment.protocol.rounds,
        ),
    }[right]  # fmt: skip
    hint = in_instructions(_("Your group"))
    return Question("matching", _("With whom do you play?"), "choice", right, explanation, choices, hint=hint)


def pay(treatment: Treatment) -> Question:
    n, right = treatment.protocol.rounds, treatment.protocol.pay
    choices = (
        ("all", _("The points of all rounds are added up.")),
        ("one", _("The points of one round, which is drawn at random at the end.")),
        ("best", _("The points of my best round.")),
    )
    explanation = {
        "all": _("The points of all {n} rounds are added up.", n=n),
        "one": _(
            "At the end the computer draws one of the {n} rounds, each with the same chance. Only the points of this "
            "round count.",
            n=n,
        ),
    }[right]  # fmt: skip
    hint = in_instructions(_("Your money"))
    return Question("pay", _("Which points count for your earnings?"), "choice", right, explanation, choices, hint=hint)


def pay_of_one_part(treatment: Treatment) -> Question:
    """Where one of several parts is drawn to be paid."""
    protocol = treatment.protocol
    right = "all" if protocol.pay == "all" or protocol.rounds == 1 else "one"
    choices = (
        ("all", _("All points of this part, if the part is drawn at the end. Otherwise none of them.")),
        ("one", _("The points of one round, which is drawn, if the part is drawn at the end. Otherwise none.")),
        ("always", _("All points of all parts.")),
    )
    explanation = {
        "all": _(
            "At the end one part is drawn, the same for everybody. If it is this part, all its points are paid. If it "
            "is another part, none of them is."
        ),
        "one": _(
            "At the end one part is drawn, and one round of it, the same for everybody. If this part is drawn, the "
            "points of that round are paid. If it is another part, none of this part are."
        ),
    }[right]
    hint = in_instructions(_("Your money"))
    return Question("pay", _("Which points count for your earnings?"), "choice", right, explanation, choices, hint=hint)


def practice(treatment: Treatment) -> Question:
    n, computer = treatment.protocol.practice_rounds, treatment.protocol.practice_against == "computer"
    choices = (
        ("computer", _("I play against the computer, and they are not paid.")),
        ("others", _("I play with other participants, and they are not paid.")),
        ("paid", _("They are paid like all other rounds.")),
    )
    two = treatment.group_size == 2
    explanation = (
        ngettext(
            "There is {n} practice round. In it the computer chooses for the other player, at random. It is not paid.",
            "There are {n} practice rounds. In them the computer chooses for the other player, at random. They are not "
            "paid.",
            n,
        )
        if computer and two
        else ngettext(
            "There is {n} practice round. In it the computer chooses for the others in your group, at random. It is "
            "not paid.",
            "There are {n} practice rounds. In them the computer chooses for the others in your group, at random. "
            "They are not paid.",
            n,
        )
        if computer
        else ngettext(
            "There is {n} practice round, with other participants. It is not paid.",
            "There are {n} practice rounds, with other participants. They are not paid.",
            n,
        )
    )  # fmt: skip
    right, hint = "computer" if computer else "others", in_instructions(_("Your group"))
    text = _("What is true of the practice rounds?")
    return Question("practice", text, "choice", right, explanation, choices, hint=hint)


def clock(treatment: Treatment) -> Question:
    seconds, demands = treatment.protocol.seconds, treatment.messages_are == "demands"
    drawn = (
        _("The computer draws one of the allowed requests at random, and it counts as mine.")
        if demands
        else _("The computer draws one of the allowed reports at random, and it counts as mine.")
    )
    choices = [("random", drawn), ("last", _("My last own choice is repeated, if I have made one before."))]
    if not demands:
        choices.append(("truthful", _("My true type is reported for me.")))
    if treatment.protocol.computer == "model":
        choices.append(("model", _("A computer program chooses for me.")))
    choices += [("nothing", _("I get no points.")), ("waits", _("Nothing. My group waits for me."))]
    explanation = Markup(late_sentence(treatment))
    text = ngettext(
        "What happens if you have not confirmed your choice after {n} second?",
        "What happens if you have not confirmed your choice after {n} seconds?",
        seconds,
    )
    hint = in_instructions(_("The course of a round"))
    return Question("clock", text, "choice", treatment.protocol.computer, explanation, tuple(choices), hint=hint)


def money(treatment: Treatment, attempt: int = 0) -> list[Question]:
    """What points are worth; not asked where they are worth nothing. Each attempt asks about other points."""
    rate, currency, example = treatment.protocol.exchange_rate, currency_of(treatment), 200 + 100 * attempt
    if not rate:
        return []
    right = f"{(rate * example).normalize():f}"
    explanation = _(
        "1 point = {rate}, so {n} points are {n} × {number} = {money}.",
        rate=money_text(rate, currency), n=example, number=money_number(rate, currency),
        money=money_text(right, currency),
    )  # fmt: skip
    text = _("How much money are {n} points worth, in {currency}?", n=example, currency=currency)
    return [Question("money", text, "number", right, explanation, hint=in_instructions(_("Your money")))]
