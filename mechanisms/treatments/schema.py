"""The keys of a treatment file, their types and ranges. What a key means for subjects is in docs/add-a-treatment.md."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model, model_validator

from mechanisms.options import Options
from mechanisms.played.points import MOST_DECIMALS
from mechanisms.rule import Rule
from mechanisms.treatments.goods import GoodsPolynomialCostSpec, GoodsTableCostSpec, QuadraticFormCostSpec
from mechanisms.treatments.numbers import Number, Probability, beside_one, plain, too_close
from mechanisms.treatments.rules import BASELINES, MECHANISMS
from mechanisms.treatments.schema_described import Advice, Description, DescriptionSpec, Understanding
from mechanisms.treatments.schema_words import WordsSpec
from mechanisms.treatments.section import Section, wrong

MAX_GRID = 10_001


class TreatmentError(ValueError):
    """A treatment that cannot be used. The message is one line: file, key, value, what would be right."""


class GridSpec(Section):
    lowest: Number
    highest: Number
    step: Annotated[Number, Field(gt=0)]

    @model_validator(mode="after")
    def _whole_steps(self) -> GridSpec:
        if self.highest < self.lowest:
            raise wrong("highest", f"must be at least lowest = {self.lowest}")
        if (self.highest - self.lowest) / self.step >= MAX_GRID:
            raise wrong("step", f"makes more than {MAX_GRID} grid points: use a larger step")
        if (self.highest - self.lowest) % self.step:
            raise wrong("highest", f"must be a whole number of steps of {self.step} above lowest = {self.lowest}")
        return self

    def points(self) -> list[Decimal]:
        count = int((self.highest - self.lowest) / self.step) + 1
        return [self.lowest + k * self.step for k in range(count)]


class GroupSpec(Section):
    size: Annotated[int, Field(ge=2, le=100, strict=True)]
    information: Literal["complete", "private", "own"] = "private"


class LinearValueSpec(Section):
    kind: Literal["linear"]


class QuadraticValueSpec(Section):
    kind: Literal["quadratic"]
    curvature: Annotated[Number, Field(ge=0)]


class PowerValueSpec(Section):
    kind: Literal["power"]
    exponent: Annotated[Number, Field(gt=0)]


class TabulatedValueSpec(Section):
    kind: Literal["table"]
    rows: Annotated[tuple[tuple[Number, ...], ...], Field(min_length=1)]


ValueSpec = LinearValueSpec | QuadraticValueSpec | PowerValueSpec | TabulatedValueSpec


class PowerCostSpec(Section):
    kind: Literal["power"]
    coefficient: Annotated[Number, Field(ge=0)]
    exponent: Annotated[Number, Field(gt=0)]


class PolynomialCostSpec(Section):
    kind: Literal["polynomial"]
    coefficients: Annotated[tuple[Number, ...], Field(min_length=1)]


class PiecewiseLinearCostSpec(Section):
    kind: Literal["piecewise_linear"]
    breakpoints: Annotated[tuple[Number, ...], Field(min_length=1)]
    slopes: Annotated[tuple[Number, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _fits(self) -> PiecewiseLinearCostSpec:
        if any(a >= b for a, b in zip((Decimal(0), *self.breakpoints), self.breakpoints, strict=False)):
            raise wrong("breakpoints", "must be more than 0 and in ascending order")
        if (pair := too_close(self.breakpoints)) is not None:
            raise wrong("breakpoints", f"{' and '.join(map(plain, pair))} are shown alike: they must differ by more")
        if len(self.slopes) != len(self.breakpoints) + 1:
            raise wrong("slopes", f"must have {len(self.breakpoints) + 1} entries, one more than breakpoints")
        return self


class TabulatedCostSpec(Section):
    kind: Literal["table"]
    values: Annotated[tuple[Number, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _starts_at_zero(self) -> TabulatedCostSpec:
        if self.values[0] != 0:
            raise wrong("values", "must start with 0, the cost of producing nothing")
        return self


OneGoodCost = PowerCostSpec | PolynomialCostSpec | PiecewiseLinearCostSpec | TabulatedCostSpec
CostSpec = OneGoodCost | QuadraticFormCostSpec | GoodsPolynomialCostSpec | GoodsTableCostSpec


class ProductionSpec(Section):
    kind: Literal["production"]
    quantities: GridSpec
    value: Annotated[ValueSpec, Field(discriminator="kind")]
    cost: Annotated[CostSpec, Field(discriminator="kind")]

    @model_validator(mode="after")
    def _quantities_not_negative(self) -> ProductionSpec:
        if self.quantities.lowest < 0:
            raise wrong("quantities", "lowest must be 0 or more")
        return self


class SinglePeakedSpec(Section):
    kind: Literal["single_peaked"]


class PublicProjectSpec(Section):
    kind: Literal["public_project"]
    outcomes: Annotated[tuple[str, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _distinct(self) -> PublicProjectSpec:
        if len(set(self.outcomes)) < len(self.outcomes):  # data are told apart by them; names that look alike: names.py
            raise wrong("outcomes", "must have distinct names")
        return self


class AllocationSpec(Section):
    kind: Literal["allocation"]
    objects: Annotated[int, Field(ge=1, strict=True)] = 1


EnvironmentSpec = ProductionSpec | SinglePeakedSpec | PublicProjectSpec | AllocationSpec


class MechanismTable(Section):
    """What every mechanism has; `MechanismSpec` has the options of all rules, too."""

    name: Literal[tuple(MECHANISMS)]  # type: ignore[valid-type]
    cost_shares: Literal[tuple(BASELINES)] | None = None  # type: ignore[valid-type]

    @model_validator(mode="before")
    @classmethod
    def _defaults_said(cls, data: Any) -> Any:
        """A file without an option and one that says its default are the same game, with the same identity."""
        rule = MECHANISMS.get(str(data.get("name"))) if isinstance(data, dict) else None
        if rule is None or rule.options is None:
            return data
        return {**rule.options().model_dump(mode="json", exclude_none=True), **data}

    @property
    def rule(self) -> Rule:
        return MECHANISMS[self.name]

    def foreign(self) -> str | None:
        """An option that is given but belongs to other rules."""
        given = [key for key in OPTIONS if getattr(self, key) is not None]
        return next((key for key in given if key not in self.rule.option_names), None)

    def options(self) -> Options:
        """The options of the rule that is named."""
        given = {key: getattr(self, key) for key in self.rule.option_names if getattr(self, key) is not None}
        return (self.rule.options or Options).model_validate(given)


def options_of(rules: Iterable[Rule]) -> dict[str, Any]:
    """All options of some rules, with their types and limits."""
    classes = [rule.options for rule in rules if rule.options is not None]
    return {key: field.rebuild_annotation() for options in classes for key, field in options.model_fields.items()}


OPTIONS = options_of(MECHANISMS.values())
"""All options that some mechanism has, with their types."""

if TYPE_CHECKING:
    MechanismSpec = MechanismTable
else:
    MechanismSpec = create_model(
        "MechanismSpec", __base__=MechanismTable, **{key: (OPTIONS[key] | None, None) for key in sorted(OPTIONS)}
    )


class SequentialPlaySpec(Section):
    """Reports one after another, in public; without the table [play] all are made at the same time."""

    form: Literal["sequential"]
    order: Literal["drawn"] | tuple[Annotated[int, Field(strict=True)], ...]
    compensation: Annotated[bool, Field(strict=True)] = False


class StagedPlaySpec(Section):
    """Requests in stages: the smallest one of each stage is served, and its player leaves (K section 4)."""

    form: Literal["staged"]
    order: tuple[Annotated[int, Field(strict=True)], ...]  # who is served first among equal smallest requests
    shown: Literal["served", "requests"] = "served"


PlaySpec = SequentialPlaySpec | StagedPlaySpec


class TypesSpec(Section):
    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    probabilities: tuple[Probability, ...] | None = None
    labels: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> TypesSpec:
        count = len(self.values)
        if any(a >= b for a, b in zip(self.values, self.values[1:], strict=False)):
            raise wrong("values", "must be distinct and in ascending order")
        if self.probabilities is None:
            if count > 1:
                raise wrong("probabilities", f"is missing: give one for each of the {count} values")
        elif len(self.probabilities) != count:
            raise wrong(
                "probabilities", f"has {len(self.probabilities)} entries: give one for each of the {count} values"
            )
        elif sum(self.probabilities) != 1:
            total = beside_one(sum(self.probabilities, Fraction()))
            raise wrong("probabilities", f'sum to {total}: they must sum to 1 exactly; write thirds as "1/3"')
        if self.labels is not None and len(self.labels) != count:
            raise wrong("labels", f"has {len(self.labels)} entries: give one for each of the {count} values")
        return self


class PointsSpec(Section):
    scale: Annotated[Number, Field(gt=0)] = Decimal(1)
    shift: Number = Decimal(0)
    rounding: Annotated[int, Field(ge=0, le=MOST_DECIMALS, strict=True)] = 0


class RolePointsSpec(Section):
    """What a role can change: the smallest unit is the same for everybody."""

    scale: Annotated[Number, Field(gt=0)] | None = None
    shift: Number | None = None


Payoffs = dict[str, Literal["type"] | Number | tuple[Number, ...]]


class RoleSpec(Section):
    name: Annotated[str, Field(min_length=1)]
    types: TypesSpec | None = None
    messages: GridSpec | None = None
    points: RolePointsSpec | None = None
    payoffs: Payoffs | None = None


class ScreenSpec(Section):
    """What the pages of a round show. The game and what is paid do not depend on it."""

    instructions: Annotated[bool, Field(strict=True)] = True
    table: Annotated[bool, Field(strict=True)] = True
    calculator: Annotated[bool, Field(strict=True)] = True
    graph: Annotated[bool, Field(strict=True)] = False
    history: Annotated[bool, Field(strict=True)] = True
    colours: Annotated[bool, Field(strict=True)] = False
    input: Literal["automatic", "typing", "buttons", "slider"] = "automatic"
    confirmation: Annotated[bool, Field(strict=True)] = False
    warn_dominated: Annotated[bool, Field(strict=True)] = False


class BeliefsSpec(Section):
    """Guesses about the others' average message, and how they are paid."""

    rounds: Literal["all"] | tuple[Annotated[int, Field(ge=1, strict=True)], ...] = "all"
    rule: Literal["quadratic", "binarized"] = "quadratic"
    points: Annotated[Number, Field(gt=0)]

    @model_validator(mode="after")
    def _rounds_once(self) -> BeliefsSpec:
        if self.rounds != "all" and len(set(self.rounds)) < len(self.rounds):
            raise wrong("rounds", "must name each round once")
        return self


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("must name each questionnaire once")
    return names


QuestionnaireNames = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...],  # the apps know which there are
    AfterValidator(_once),
]


Seconds = Annotated[int, Field(ge=0, le=86_400, strict=True)]
SecondsOrAutomatic = Annotated[int, Field(ge=-1, le=86_400, strict=True)]


class ProtocolSpec(Section):
    """How a session is run. Scalars, so that an experimenter can change them when configuring a session."""

    participants: Annotated[int, Field(ge=2, le=1000, strict=True)]
    rounds: Annotated[int, Field(ge=1, le=500, strict=True)]
    matching: Literal["partner", "stranger", "perfect_stranger"]
    fixed_roles: Annotated[bool, Field(strict=True)] = True
    feedback: Literal["all", "own", "average", "none"] = "all"
    seconds: Seconds = 0
    seconds_consent: SecondsOrAutomatic = -1
    seconds_instructions: SecondsOrAutomatic = -1
    seconds_quiz: SecondsOrAutomatic = -1
    seconds_guess: SecondsOrAutomatic = -1
    seconds_result: SecondsOrAutomatic = -1
    computer: Literal["random", "last", "truthful", "model"] = "random"
    computer_model: Annotated[str, Field(min_length=1, max_length=1000)] | None = None  # a text of docs/subjects.md
    partner_left: Literal["compensate", "computer", "void"] = "compensate"
    pay: Literal["all", "one"] = "all"
    exchange_rate: Annotated[Number, Field(ge=0)] = Decimal(1)
    show_up_fee: Annotated[Number, Field(ge=0)] = Decimal(0)
    seed: Annotated[int, Field(ge=0, le=2**53, strict=True)]
    practice_rounds: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    practice_against: Literal["others", "computer"] = "computer"
    quiz: Annotated[bool, Field(strict=True)] = False
    quiz_attempts: Annotated[int, Field(ge=0, le=1000, strict=True)] = 0
    quiz_failure: Literal["continue", "leave"] = "continue"
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None  # None: the laboratory's

    @model_validator(mode="after")
    def _which_model(self) -> ProtocolSpec:
        if (self.computer == "model") != (self.computer_model is not None):
            raise wrong("computer_model", 'belongs to computer = "model", as in computer_model = "qre(lambda=0.1)"')
        return self

    @property
    def rounds_together(self) -> int:
        """Rounds in which people meet: those that count, and practice with others."""
        return self.rounds + (self.practice_rounds if self.practice_against == "others" else 0)

    @property
    def groups_stay(self) -> bool:
        """Nobody meets somebody of another group."""
        return self.matching == "partner" or self.rounds_together == 1

    def time_limit(self, page: str) -> int:
        """Seconds for a page (consent, instructions, quiz, guess, result), 0 for no limit; -1 is replaced here.

        Where decisions have a limit, no other page is without one: somebody may leave there, too. These limits are
        so long that only somebody who is gone feels them.

        >>> common = {"participants": 2, "rounds": 1, "matching": "partner", "seed": 1}
        >>> ProtocolSpec(**common).time_limit("result"), ProtocolSpec(**common, seconds=40).time_limit("result")
        (0, 80)
        """
        stated = int(getattr(self, f"seconds_{page}"))
        if stated >= 0:
            return stated
        automatic = {"guess": self.seconds, "result": max(60, 2 * self.seconds)}
        return automatic.get(page, 900) if self.seconds else 0


PROTOCOL_KEYS = tuple(ProtocolSpec.model_fields)


class TreatmentSpec(Section):
    """A whole file. What concerns several tables at once is checked where the treatment is built."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    description: Description = DescriptionSpec()
    source: str = ""
    group: GroupSpec
    environment: Annotated[EnvironmentSpec, Field(discriminator="kind")]
    mechanism: MechanismSpec
    play: Annotated[PlaySpec, Field(discriminator="form")] | None = None
    types: TypesSpec | None = None
    messages: GridSpec | None = None
    points: PointsSpec = PointsSpec()
    payoffs: Payoffs | None = None
    roles: tuple[RoleSpec, ...] | None = None
    session: ProtocolSpec
    screen: ScreenSpec = ScreenSpec()
    beliefs: BeliefsSpec | None = None
    questionnaires: QuestionnaireNames = ("demographics", "strategy")
    advice: Advice = None
    understanding: Understanding = None
    words: WordsSpec | None = None

    @model_validator(mode="before")
    @classmethod
    def _order_said(cls, data: Any) -> Any:
        """Without an order the players move, or are served, in that of their positions: the same game as if the file
        said so."""
        play, group = (data.get("play"), data.get("group")) if isinstance(data, dict) else (None, None)
        size = group.get("size") if isinstance(group, dict) else None
        if not isinstance(play, dict) or "order" in play or not isinstance(size, int):
            return data
        return {**data, "play": {**play, "order": list(range(1, min(size, 1000) + 1))}}

    def plain(self) -> dict[str, Any]:
        """A dict of plain JSON values, without what was not given."""
        return self.model_dump(mode="json", exclude_none=True)


class SessionSpec(Section):
    """A session of several parts: treatments that the same people play one after the other."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    description: str = ""
    parts: Annotated[tuple[str, ...], Field(min_length=1)]
    orders: (
        Literal["listed", "counterbalanced"]
        | Annotated[tuple[tuple[Annotated[int, Field(strict=True)], ...], ...], Field(min_length=1)]
    ) = "listed"
    pay: Literal["all", "one"] = "all"
    participants: Annotated[int, Field(ge=2, le=1000, strict=True)]
    show_up_fee: Annotated[Number, Field(ge=0)] = Decimal(0)
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None  # None: the laboratory's
    questionnaires: QuestionnaireNames = ("demographics", "strategy")
