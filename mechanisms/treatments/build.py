"""From the keys of a file to the game that is played, with the checks that concern several tables at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from mechanisms import costs
from mechanisms.arrays import LARGEST_NUMBER, FloatArray
from mechanisms.environments import Allocation, Production, PublicProject, SinglePeaked, values
from mechanisms.environments.social_choice import check_size
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.played.play import ChoiceGame, DemandGame, DirectGame, GameAsPlayed
from mechanisms.played.points import MAX_UNITS, PointsRule
from mechanisms.stages.game import MAX_PLAYERS
from mechanisms.treatments import goods, schema
from mechanisms.treatments.chosen import chosen
from mechanisms.treatments.positions import Position
from mechanisms.treatments.rules import BASELINES, MECHANISMS, with_option
from mechanisms.treatments.schema import TreatmentError, TreatmentSpec
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import described, digits

MAX_WHO_REPORT = 12
"""Players whose types decide together: all their profiles are gone through."""
COSTS: dict[type, Callable[..., costs.HomogeneousCost]] = {
    schema.PowerCostSpec: lambda spec: costs.PowerCost(float(spec.coefficient), float(spec.exponent)),
    schema.PolynomialCostSpec: lambda spec: costs.PolynomialCost(tuple(map(float, spec.coefficients))),
    schema.PiecewiseLinearCostSpec: lambda spec: costs.PiecewiseLinearCost(
        tuple(map(float, spec.breakpoints)), tuple(map(float, spec.slopes))
    ),
    schema.TabulatedCostSpec: lambda spec: costs.TabulatedCost(tuple(map(float, spec.values))),
}
VALUES: dict[type, Callable[..., values.ValueFunction]] = {
    schema.LinearValueSpec: lambda spec, types, quantities: values.LinearValue(),
    schema.QuadraticValueSpec: lambda spec, types, quantities: values.QuadraticValue(float(spec.curvature)),
    schema.PowerValueSpec: lambda spec, types, quantities: values.PowerValue(float(spec.exponent)),
    schema.TabulatedValueSpec: lambda spec, types, quantities: values.TabulatedValue(
        types, quantities, np.array(spec.rows, dtype=np.float64)
    ),
}


def build_game(
    spec: TreatmentSpec, positions: tuple[Position, ...], where: str, arguments: dict[str, Any]
) -> GameAsPlayed:
    """The DemandGame or DirectGame of a checked file; `arguments`: those of the rule's functions."""
    rule, options = spec.mechanism.rule, spec.mechanism.options()
    environment = _environment(spec, positions, where)
    types = tuple(position.types for position in positions)
    messages = tuple(position.messages for position in positions)
    points = PointsRule(
        np.array([p.scale for p in positions]), np.array([p.shift for p in positions]), spec.points.rounding
    )
    if rule.messages == "demands":
        assert isinstance(environment, Production)
        others = rule.others if isinstance(environment.cost, costs.HomogeneousCost) else None
        return DemandGame(environment, types, messages, points, others)
    if rule.demand_rule is not None:
        assert isinstance(environment, Production)
        return ChoiceGame(environment, types, messages, points, chosen(spec, environment, messages, where))
    try:
        check_size([len(grid) for grid in messages], environment.n_outcomes)
    except ValueError as error:
        raise TreatmentError(f"{where}: group.size = {len(positions)}: {error}") from None
    if isinstance(environment, Production):
        _check_shares(spec, environment, where)
    priors = tuple(position.prior for position in positions)
    ties = TieBreaking(getattr(options, "ties", "first"))
    transfers = partial(rule.function, **arguments)
    revisions = None if rule.revisions is None else partial(rule.revisions, **arguments)
    game = DirectGame(environment, types, messages, priors, points, ties, transfers, revisions)
    if rule.constants is not None:
        try:
            rule.constants(game.problem, **arguments)
        except ValueError as error:
            raise TreatmentError(f"{where}: mechanism.{error}") from None
    return game


def check_mechanism(spec: TreatmentSpec, where: str) -> None:
    """TreatmentError unless mechanism, environment and options fit."""
    mechanism, rule, kind = spec.mechanism, spec.mechanism.rule, spec.environment.kind
    if rule.messages != "demands" and spec.group.size > MAX_WHO_REPORT:
        raise TreatmentError(
            f"{where}: group.size = {spec.group.size}: under {rule.name!r} types are reported, by at most "
            f"{MAX_WHO_REPORT} players; up to 100 can demand quantities, as under 'serial'"
        )
    if kind not in rule.environments:
        why = " shares a cost, so" if rule.shares_cost else ":"
        raise TreatmentError(
            f"{where}: mechanism.name = {rule.name!r}{why} environment.kind must be "
            f"{' or '.join(map(repr, rule.environments))}, not {kind!r}"
        )
    needs_shares = kind == "production" and not rule.shares_cost
    if needs_shares and mechanism.cost_shares is None:
        *names, last = map(repr, BASELINES)
        raise TreatmentError(
            f"{where}: mechanism.cost_shares is missing: {rule.name} in a production economy needs "
            f"{', '.join(names)} or {last}, how the cost is shared before the transfers"
        )
    if not needs_shares and mechanism.cost_shares is not None:
        raise TreatmentError(
            f"{where}: mechanism.cost_shares = {mechanism.cost_shares!r} has no meaning here: "
            "it belongs to direct mechanisms in a production economy"
        )
    if (key := mechanism.foreign()) is not None:
        raise TreatmentError(
            f"{where}: mechanism.{key} = {_shown(getattr(mechanism, key))} has no meaning for {rule.name!r}: "
            f"it belongs to {', '.join(map(repr, with_option(key)))}"
        )
    options = mechanism.options()
    highest = spec.environment.quantities.highest if isinstance(spec.environment, schema.ProductionSpec) else None
    if (wrong := options.wrong(spec.group.size, highest)) is not None:
        key, right = wrong
        given = getattr(options, key)
        raise TreatmentError(f"{where}: mechanism.{key}{'' if given is None else f' = {_shown(given)}'} {right}")
    if spec.play is not None:
        _check_play(spec, spec.play, where)


def check_points(game: GameAsPlayed, where: str) -> None:
    """TreatmentError if points could be more smallest units than are exact: it would be found out in a session only.

    Transfers are at most a few times what is at stake for all together."""
    with np.errstate(over="ignore", invalid="ignore"):
        stake = sum(_most_worth(game.environment, i, types) for i, types in enumerate(game.types))
        units = (4 * stake * game.points.scale.max() + np.abs(game.points.shift).max()) * 10.0**game.points.rounding
    if not units < MAX_UNITS:
        raise TreatmentError(
            f"{where}: points could reach {units:.3g} smallest units, too many to be exact: points.scale, points.shift "
            "or points.rounding, or the numbers in types and environment must be smaller"
        )


def _most_worth(environment: Production | SinglePeaked | PublicProject, i: int, types: FloatArray) -> float:
    """The most that anything is worth to a player, or costs, in size."""
    if isinstance(environment, Production):
        worth = environment.value.value(types[:, None], environment.quantities)
        top = np.full(environment.n, environment.quantities[-1])
        return float(np.abs(worth).max() + np.abs(environment.cost.cost(top)))
    if isinstance(environment, SinglePeaked):
        return float(np.ptp(np.concatenate([*environment.messages, types])) ** 2)
    return float(np.abs(environment.payoffs[i]).max())


def _check_play(spec: TreatmentSpec, play: schema.PlaySpec, where: str) -> None:
    """TreatmentError unless the rule can be played by reports one after another, in the order that is given, or in
    stages."""
    rule, size = spec.mechanism.rule, spec.group.size
    if play.order != "drawn" and sorted(play.order) != list(range(1, size + 1)):
        raise TreatmentError(
            f"{where}: play.order = {_shown(play.order)} must name each position 1 to {size} exactly once"
            + ("" if play.form == "staged" else ", or be 'drawn'")
        )
    if play.form == "staged":
        _check_staged(spec, where)
        return
    if rule.messages != "reports" or rule.demand_rule is not None:
        raise TreatmentError(
            f"{where}: play.form = 'sequential': types are reported one after another under VCG, pairwise "
            f"compensation and the like, not under {rule.name!r}: use a mechanism with transfers, or leave out [play]"
        )
    if spec.environment.kind == "allocation":
        raise TreatmentError(f"{where}: play.form = 'sequential': bids are made at the same time: leave out [play]")
    for key in ("order", "first"):
        if getattr(spec.mechanism, key) is not None:
            raise TreatmentError(
                f"{where}: mechanism.{key} = {_shown(getattr(spec.mechanism, key))} has no meaning with [play]: "
                "play.order says in which order the reports are made"
            )
    if play.compensation and not ("order" in rule.option_names and rule.revisions):
        raise TreatmentError(
            f"{where}: play.compensation = true has no meaning for {rule.name!r}: only 'pairwise' compensates each "
            "report as it is made"
        )


def _check_staged(spec: TreatmentSpec, where: str) -> None:
    """TreatmentError unless requests of this rule can be served stage by stage, and all is said in these words."""
    size = spec.group.size
    if spec.mechanism.name != "serial":
        raise TreatmentError(
            f"{where}: play.form = 'staged': requests are served in stages under 'serial', not under "
            f"{spec.mechanism.name!r}: use this mechanism, or leave out [play]"
        )
    if size > MAX_PLAYERS:
        raise TreatmentError(f"{where}: group.size = {size}: play.form = 'staged' needs at most {MAX_PLAYERS}")
    if len({repr(role.messages or spec.messages) for role in spec.roles or ()}) > 1:
        raise TreatmentError(
            f"{where}: roles: play.form = 'staged' needs the same messages for all, since nobody may request less than "
            "what was served last"
        )
    for key, given in (("beliefs", spec.beliefs), ("advice", spec.advice), ("understanding", spec.understanding)):
        if given is not None:
            raise TreatmentError(f"{where}: {key} has no meaning with play.form = 'staged': one decides several times")
    if spec.screen.warn_dominated:
        raise TreatmentError(
            f"{where}: screen.warn_dominated = true has no meaning with play.form = 'staged': one decides several times"
        )
    if spec.description.style != "traditional":
        raise TreatmentError(
            f"{where}: description.style = {spec.description.style!r}: with play.form = 'staged' there is only "
            "'traditional'"
        )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return digits(float(value)) if isinstance(value, Decimal) else repr(value)


def _environment(
    spec: TreatmentSpec, positions: tuple[Position, ...], where: str
) -> Production | SinglePeaked | PublicProject:
    environment = spec.environment
    messages = tuple(position.messages for position in positions)
    if not isinstance(environment, schema.PublicProjectSpec):
        given = spec.payoffs is not None or any(role.payoffs is not None for role in spec.roles or ())
        if given:
            raise TreatmentError(
                f"{where}: payoffs belong to environment.kind = 'public_project', not {environment.kind!r}"
            )
    if isinstance(environment, schema.ProductionSpec):
        return _production(spec, environment, positions, where)
    if isinstance(environment, schema.SinglePeakedSpec):
        return SinglePeaked(messages)
    if isinstance(environment, schema.AllocationSpec):
        if environment.objects >= len(positions):
            raise TreatmentError(
                f"{where}: environment.objects = {environment.objects}: must be less than group.size = "
                f"{len(positions)}: else everybody gets one"
            )
        return Allocation.of([position.role for position in positions], messages, environment.objects)
    tables = tuple(
        _payoff_table(spec, environment.outcomes, i, position, where) for i, position in enumerate(positions)
    )
    return PublicProject(environment.outcomes, messages, tables)


def _production(
    spec: TreatmentSpec, environment: schema.ProductionSpec, positions: tuple[Position, ...], where: str
) -> Production:
    quantities = np.array(environment.quantities.points(), dtype=np.float64)
    cost = _cost(spec, environment, quantities, where)
    totals = len(positions) * quantities[[0, -1]]
    if isinstance(cost, costs.TabulatedCost) and (np.any(quantities % 1) or totals[1] >= len(cost.values)):
        raise TreatmentError(
            f"{where}: environment.cost.values has entries for whole totals 0 to {len(cost.values) - 1}; "
            f"{len(positions)} players with quantities {described(quantities)} need whole quantities "
            f"and totals to {digits(totals[1])}"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        most = float(cost.cost(np.full(len(positions), quantities[-1])))
    if not abs(most) <= LARGEST_NUMBER:
        raise TreatmentError(
            f"{where}: environment.cost is {most:.3g} if all get {digits(quantities[-1])} units: it must be below "
            f"{LARGEST_NUMBER:g}"
        )
    types = np.array([] if spec.types is None else spec.types.values, dtype=np.float64)
    if isinstance(environment.value, schema.TabulatedValueSpec):
        shape = {len(row) for row in environment.value.rows}
        if len(environment.value.rows) != len(types) or shape != {len(quantities)}:
            raise TreatmentError(
                f"{where}: environment.value.rows must have one row for each of the {len(types)} values of [types], "
                f"each with one number for each of the {len(quantities)} quantities"
            )
        if any(theta not in types for position in positions for theta in (*position.types, *_reports(spec, position))):
            raise TreatmentError(
                f"{where}: with environment.value.kind = 'table' types and reports must be among types.values"
            )
    value = VALUES[type(environment.value)](environment.value, types, quantities)
    share = _share_cost(spec)
    most_demands = np.full(len(positions), quantities[-1])
    most_demands[0] = quantities[-2:][0]  # of all pairs these two have the smallest common unit
    try:
        share(most_demands, cost)
    except TooLargeError as error:
        raise TreatmentError(f"{where}: group.size = {len(positions)}: {error}") from None
    except ValueError as error:  # some rules want derivatives, or that costs rise
        able = _able(spec, not isinstance(cost, costs.HomogeneousCost), marginal_costs=False)
        raise TreatmentError(
            f"{where}: environment.cost does not fit the rule that shares it: {error}: use another kind, or a rule "
            f"such as {able}"
        ) from None
    divisible = getattr(spec.mechanism.options(), "demands", "grid") == "continuous"
    return Production(len(positions), quantities, value, cost, share, divisible)


def _check_shares(spec: TreatmentSpec, environment: Production, where: str) -> None:
    """TreatmentError unless the baseline of a direct mechanism shares the cost of every outcome; rules that follow a
    path can fail on some of them only. What is computed here is what play reads."""
    name = spec.mechanism.cost_shares
    if name is None or BASELINES[name].goods == "one":
        return
    try:
        environment.profile_cost_shares  # noqa: B018
    except ValueError as error:
        raise TreatmentError(
            f"{where}: mechanism.cost_shares = {name!r} cannot share environment.cost at every outcome: {error}: use "
            "another cost, or 'serial', 'proportional' or 'equal', which need no path"
        ) from None


def _cost(spec: TreatmentSpec, environment: schema.ProductionSpec, quantities: FloatArray, where: str) -> costs.Cost:
    """The cost of the file; TreatmentError if it is that of own goods and does not fit them, or the rule."""
    given = environment.cost
    if not isinstance(given, goods.OwnGoods):
        return COSTS[type(given)](given)
    rule = spec.mechanism.rule if spec.mechanism.cost_shares is None else BASELINES[spec.mechanism.cost_shares]
    if rule.goods == "one":
        marginal_costs = not isinstance(given, goods.GoodsTableCostSpec)
        raise TreatmentError(
            f"{where}: environment.cost.kind = {given.kind!r} is for goods of one's own, and {rule.name!r} shares the "
            f"cost of one good, c(Q): use another kind, or a rule such as {_able(spec, True, marginal_costs)}"
        )
    if (wrong := goods.what_is_wrong(given, spec.group.size, quantities)) is not None:
        raise TreatmentError(f"{where}: environment.cost.{wrong}")
    return given.build()


def _able(spec: TreatmentSpec, own_goods: bool, marginal_costs: bool) -> str:
    """The rules that share such a cost, of those that could stand where this file names one that does not."""
    played = {name: rule for name, rule in MECHANISMS.items() if rule.form == spec.mechanism.rule.form}
    rules = BASELINES if spec.mechanism.cost_shares else played
    able = [name for name, rule in rules.items() if rule.shares_cost and rule.can_share(own_goods, marginal_costs)]
    *names, last = map(repr, able)
    return f"{', '.join(names)} or {last}"


def _share_cost(spec: TreatmentSpec) -> Callable[..., FloatArray]:
    """How the cost is shared: by the rule that is played, or by the baseline of a direct mechanism."""
    if spec.mechanism.cost_shares is not None:
        return BASELINES[spec.mechanism.cost_shares].function
    arguments = spec.mechanism.options().arguments()
    return partial(spec.mechanism.rule.function, **arguments) if arguments else spec.mechanism.rule.function


def _reports(spec: TreatmentSpec, position: Position) -> FloatArray:
    return position.types if spec.mechanism.rule.messages == "demands" else position.messages


def _payoff_table(spec: TreatmentSpec, outcomes: tuple[str, ...], i: int, position: Position, where: str) -> FloatArray:
    """Shape (A_i, n_outcomes)."""
    own = spec.roles[i].payoffs if spec.roles is not None else None
    payoffs = own if own is not None else spec.payoffs
    key = f"roles[{i + 1}].payoffs" if own is not None else "payoffs"
    if payoffs is None:
        raise TreatmentError(
            f"{where}: payoffs is missing: say what each outcome is worth, for everybody or for each role"
        )
    for name in (*payoffs, *outcomes):
        if name not in outcomes:
            raise TreatmentError(
                f"{where}: {key} names {name!r}, which is not among environment.outcomes = {list(outcomes)}"
            )
        if name not in payoffs:
            raise TreatmentError(f"{where}: {key} has no entry for the outcome {name!r}")
    columns = []
    for name in outcomes:
        entry = payoffs[name]
        if isinstance(entry, tuple) and len(entry) != len(position.messages):
            raise TreatmentError(
                f"{where}: {key}.{name!r} has {len(entry)} numbers; it needs one for each of the "
                f"{len(position.messages)} reports {described(position.messages)}"
            )
        column = position.messages if entry == "type" else np.array(entry, dtype=np.float64)
        columns.append(np.broadcast_to(column, position.messages.shape))
    return np.stack(columns, axis=-1)
