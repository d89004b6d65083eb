"""A treatment and its protocol in words, from the definition that was in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analysis.measures.outcomes import MONEY
from analysis.words import MINUS, NOTHING, counted, grid, listed, plain, type_name
from mechanisms.treatments import Treatment
from mechanisms.treatments.treatment import MAX_PLAYERS

ENVIRONMENTS = {
    "production": "Production: everybody gets a quantity of a good, and the cost of the total is shared.",
    "single_peaked": "Public decision with single-peaked preferences: a level is chosen, worth −(type − level)² to "
    "each; the efficient level is the mean of the types.",
    "public_project": "Public project: one of a list of outcomes is chosen for all.",
    "allocation": "Allocation: identical objects, each worth the own type to whoever gets one; nobody gets two.",
}
INFORMATION = {
    "complete": "complete: everybody sees all types",
    "private": "private: everybody sees the own type and how the types of the others are drawn",
    "own": "own: everybody sees the own type only",
}
MATCHING = {
    "partner": "partners: the same group in every round",
    "stranger": "strangers: groups redrawn every round",
    "perfect_stranger": "perfect strangers: nobody meets anybody twice",
}


def description(treatment: Treatment) -> list[tuple[str, str]]:
    """The game as (term, sentence) pairs."""
    messages = "demands" if treatment.messages_are == "demands" else "reported types"
    return [
        (
            "Environment",
            " ".join([ENVIRONMENTS.get(treatment.environment, treatment.environment), *_environment(treatment)]),
        ),
        ("Mechanism", treatment.rule.sentence + _baseline(treatment)),
        ("Group", f"{treatment.group_size} members: {_members(treatment)}"),
        ("Types", _by_role(treatment, [_types(treatment, i) for i in range(treatment.group_size)])),
        (
            "Messages",
            f"{messages}: " + _by_role(treatment, [grid(position.messages) for position in treatment.positions]),
        ),
        ("Play", _play(treatment)),
        ("Information", INFORMATION.get(treatment.information, treatment.information)),
        ("Points", _by_role(treatment, [_points(treatment, i) for i in range(treatment.group_size)])),
    ]


def _play(treatment: Treatment) -> str:
    """When messages are sent: at once, one after another, or in stages."""
    roles = [position.role for position in treatment.positions]
    if treatment.stages is not None:
        shown = STAGES_SHOW[treatment.definition["play"]["shown"]]
        return (
            "in stages: the smallest request of each is served, and its player leaves; of equal ones the first of "
            f"{', '.join(roles[i] for i in treatment.stages)}; after each stage everybody sees {shown}"
        )
    if treatment.sequence is None:
        return "all messages at the same time"
    order = ", ".join(roles[i] for i in treatment.sequence)
    return f"one after another, in public, {'in an order drawn in every round' if treatment.order_is_drawn else order}"


STAGES_SHOW = {"served": "who was served, and what", "requests": "all requests"}
TOLD = {
    *("name", "title", "description", "source", "group", "environment", "mechanism", "types", "messages", "points"),
    *("payoffs", "roles", "words", "play.form", "play.order", "play.shown"),
    *(f"session.{key}" for key in ("participants", "rounds", "matching", "fixed_roles", "feedback", "seconds", "pay")),
    *(f"session.{key}" for key in ("exchange_rate", "show_up_fee", "seed", "currency", "language")),
}
"""What other rows of the table say, or sentences above it."""


def differing(treatments: Sequence[Treatment]) -> dict[str, list[str]]:
    """The settings of treatment files that no other row of the table says, as far as they differ: an entry for each
    treatment, "–" where a setting is not there.

    >>> from mechanisms.treatments import load_treatment
    >>> park = load_treatment("treatments/park_vcg.toml")
    >>> differing([park, park.with_protocol(quiz=False)])
    {'session.quiz': ['yes', 'no']}
    """
    found = [dict(_settings(treatment.definition)) | {"description.style": treatment.style} for treatment in treatments]
    names = dict.fromkeys(name for settings in found for name in settings)
    rows = {name: [settings.get(name, NOTHING) for settings in found] for name in names}
    return {name: entries for name, entries in rows.items() if len(set(entries)) > 1}


def _settings(table: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{within}{key}"
        if name in TOLD:
            continue
        if isinstance(value, Mapping):
            yield from _settings(value, f"{name}.")
        elif isinstance(value, list):
            yield name, listed(map(str, value)) if all(isinstance(v, (str, int)) for v in value) else str(len(value))
        else:
            yield name, {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _members(treatment: Treatment) -> str:
    """Of a large group the first and the last."""
    roles = [position.role for position in treatment.positions]
    return listed(roles) if len(roles) <= MAX_PLAYERS else f"{roles[0]} to {roles[-1]}"


def protocol(
    treatment: Treatment, currency: str = MONEY, orders: int = 1, drawn_parts: int = 1
) -> list[tuple[str, str]]:
    """The protocol in force as (term, sentence) pairs.

    currency : in which money is; orders : in how many a session plays its parts; drawn_parts : of how many parts one is
    drawn to be paid
    """
    rules = treatment.protocol
    limit = (
        f"{rules.seconds:g} seconds; then a message drawn uniformly from the grid is played"
        if rules.seconds
        else "none"
    )
    roles = "the same in all rounds" if rules.fixed_roles else "redrawn every round"
    called = treatment.words.called(rules.language) if treatment.words else ""
    paid = "one round, drawn at the end for the whole session" if rules.pay == "one" else "all rounds"
    if drawn_parts > 1:
        paid += f", if this part is the one of {drawn_parts} that is drawn to be paid"
    together = f" of each of {orders} orders of the treatments" if orders > 1 else ""
    return [
        ("Participants", f"{rules.participants}{together}"),
        ("Rounds", str(rules.rounds)),
        ("Matching", f"{MATCHING.get(rules.matching, rules.matching)}; positions {roles}"),
        ("Feedback", rules.feedback),
        ("Words on the pages", called or "the standard ones"),
        ("Time limit", limit),
        ("Paid", f"{paid}; {rules.exchange_rate} {currency} a point, show-up fee {rules.show_up_fee} {currency}"),
        ("Seed", str(rules.seed)),
    ]


def _by_role(treatment: Treatment, texts: list[str]) -> str:
    """One text if all roles have the same, else one a role."""
    if len(set(texts)) == 1:
        return texts[0]
    return "; ".join(f"{position.role}: {text}" for position, text in zip(treatment.positions, texts, strict=True))


def _types(treatment: Treatment, i: int) -> str:
    position = treatment.positions[i]
    if len(position.types) == 1:
        return f"always {type_name(treatment, i, float(position.types[0]))}"
    shares = zip(position.types.tolist(), position.probabilities.tolist(), strict=True)
    drawn = listed(f"{type_name(treatment, i, value)} with probability {share:.4g}" for value, share in shares)
    return f"{drawn}, drawn independently for everybody in every round"


def _points(treatment: Treatment, i: int) -> str:
    position = treatment.positions[i]
    decimals = treatment.rounding
    unit = "whole numbers" if decimals == 0 else counted(decimals, "decimal")
    terms = ["value"]
    if treatment.environment == "production":
        terms.append(f"{MINUS} cost share")
    if treatment.rule.has_transfers or treatment.messages_are == "demands":
        terms.append("+ transfer")
    utility = " ".join(terms)
    shift = f" {'+' if position.shift > 0 else MINUS} {plain(abs(position.shift))}" if position.shift else ""
    return f"{plain(position.scale)} × ({utility}){shift}, rounded to {unit}"


def _environment(treatment: Treatment) -> list[str]:
    """Value and cost functions, or the list of outcomes, as the treatment file gives them."""
    environment = treatment.definition["environment"]
    if treatment.environment == "production":
        return [f"{_value(environment['value'])} {_cost(environment['cost'])}"]
    if treatment.environment == "public_project":
        outcomes = listed(environment["outcomes"])
        worth = [
            _payoffs(environment["outcomes"], role.get("payoffs", treatment.definition.get("payoffs", {})))
            for role in _roles(treatment)
        ]
        return [f"Outcomes: {outcomes}; a tie goes to the {treatment.ties}. Worth: {_by_role(treatment, worth)}."]
    if treatment.environment == "allocation":
        objects = environment["objects"]
        return [f"{counted(objects, 'object')}; a tie goes to the {treatment.ties} of the list of positions."]
    return []


def _roles(treatment: Treatment) -> list[dict[str, Any]]:
    """What the definition says of each role; nothing where it names no roles."""
    roles = treatment.definition.get("roles") or [{}] * treatment.group_size
    return [dict(role) for role in roles]


def _payoffs(outcomes: list[str], payoffs: dict[str, Any]) -> str:
    """built: the type, not built: 0."""

    def worth(entry: Any) -> str:
        if isinstance(entry, list):
            return "by type " + "/".join(str(number) for number in entry)
        return "the type" if entry == "type" else str(entry)

    return ", ".join(f"{outcome}: {worth(payoffs[outcome])}" for outcome in outcomes if outcome in payoffs)


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _term(coefficient: Any, letter: str, exponent: Any) -> str:
    """
    >>> _term("0.5", "Q", 2), _term(1, "q", "1"), _term("2", "Q", "1.5")
    ('0.5 · Q²', 'q', '2 · Q^1.5')
    """
    coefficient, exponent = float(coefficient), float(exponent)
    whole = plain(exponent).translate(SUPERSCRIPTS) if exponent == int(exponent) else f"^{plain(exponent)}"
    power = letter if exponent == 1 else letter + whole
    return power if coefficient == 1 else f"{plain(coefficient)} · {power}"


def _value(value: dict[str, Any]) -> str:
    formulas = {
        "linear": "v(q) = type · q",
        "quadratic": f"v(q) = type · q − {_term(float(value.get('curvature', 0)) / 2, 'q', 2)}",
        "power": f"v(q) = type · {_term(1, 'q', value.get('exponent', 1))}",
        "table": "v(q) from a table by type",
    }
    return f"Value of a quantity: {formulas.get(value['kind'], value['kind'])}."


def _cost(cost: dict[str, Any]) -> str:
    terms = [_term(c, "Q", k) for k, c in enumerate(cost.get("coefficients", []), start=1) if float(c)]
    formulas = {
        "power": f"c(Q) = {_term(cost.get('coefficient', 1), 'Q', cost.get('exponent', 1))}",
        "polynomial": "c(Q) = " + (" + ".join(terms) or "0"),
        "piecewise_linear": "c(Q) piecewise linear: a unit costs "
        + ", then ".join(str(slope) for slope in cost.get("slopes", []))
        + f"; the price changes at Q = {', '.join(str(corner) for corner in cost.get('breakpoints', []))}",
        "table": "c(Q) from a table: " + ", ".join(str(value) for value in cost.get("values", [])),
    }
    if cost["kind"] in OWN_GOODS:
        return f"Cost of everybody's own good: {OWN_GOODS[cost['kind']](cost)}."
    return f"Cost of the total Q: {formulas.get(cost['kind'], cost['kind'])}."


def _quadratic_form(cost: dict[str, Any]) -> str:
    rows = [[float(number) for number in row] for row in cost["matrix"]]
    linear = [float(number) for number in cost.get("linear") or [0] * len(rows)]
    terms = [(linear[i], {i: 1}) for i in range(len(rows))]
    terms += [(rows[i][i], {i: 2}) for i in range(len(rows))]
    terms += [(2 * rows[i][j], {i: 1, j: 1}) for i in range(len(rows)) for j in range(i + 1, len(rows))]
    return _polynomial(terms)


def _polynomial(terms: list[tuple[float, dict[int, int]]]) -> str:
    """
    >>> _polynomial([(0.5, {0: 2}), (1.0, {0: 1, 1: 1}), (0.0, {1: 1})])
    'C(q) = 0.5 · q₁² + q₁ · q₂'
    """
    written = [(c, " · ".join(_term(1, f"q{str(i + 1).translate(SUBSCRIPTS)}", k) for i, k in powers.items() if k))
               for c, powers in terms if c]  # fmt: skip
    return "C(q) = " + (" + ".join(name if c == 1 else f"{plain(c)} · {name}" for c, name in written) or "0")


OWN_GOODS: dict[str, Callable[[dict[str, Any]], str]] = {
    "quadratic_form": _quadratic_form,
    "goods_polynomial": lambda cost: _polynomial(
        [(float(term["coefficient"]), dict(enumerate(map(int, term["powers"])))) for term in cost["terms"]]
    ),
    "goods_table": lambda cost: f"C(q) from a table of everybody's units, {cost['values']}",
}


def _baseline(treatment: Treatment) -> str:
    if treatment.definition["mechanism"].get("demands") == "continuous":
        return " Demands are continuous, up to the largest quantity."
    baseline = treatment.definition["mechanism"].get("cost_shares")
    return f" Before the transfers the cost of the outcome is shared by this baseline: {baseline}." if baseline else ""
