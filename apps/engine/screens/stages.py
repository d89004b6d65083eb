"""Requests in stages: what was served so far in the own group, as far as the treatment shows it, and what is next."""

from markupsafe import Markup

from engine.people import Player
from engine.screens.account import not_own
from engine.session.stages import causes_of, requests_of, requests_of_group, standing_of
from engine.words.language import _, ngettext
from engine.words.names import message_text, player_names
from engine.words.numbers import tagged


def stages_so_far(player: Player) -> dict[str, object] | None:
    """Variables of engine/stages.html; None where there are no stages. Nothing of a stage that is not over is told,
    but the reader's own request."""
    treatment = player.treatment
    if treatment.stages is None:
        return None
    now, asked, names = standing_of(player), requests_of_group(player), player_names(treatment)
    mine, late, rows = requests_of(player), late_requests(player), []
    for k, (position, quantity) in enumerate(now.served):
        me = position == player.position
        rows.append({
            "stage": k + 1,
            "name": _("You ({name})", name=names[position]) if me else names[position],
            "me": me,
            "units": tagged(f"served-{position + 1}", repr(quantity), message_text(treatment, position, quantity)),
            "late": "" if treatment.shows_requests or me else late[position][k],
            "mine": own_request(player, mine, k),
            "mine_late": "" if k >= len(mine) else late[player.position][k],
            "requests": [
                (names[i], tagged(f"asked-{k + 1}-{i + 1}", repr(asked[i][k]), message_text(treatment, i, asked[i][k])),
                 late[i][k])
                for i in range(treatment.group_size)
                if i not in {j for j, _quantity in now.served[:k]}
            ] if treatment.shows_requests else [],
        })  # fmt: skip
    return {
        "rows": rows,
        "shows_requests": treatment.shows_requests,
        "order": Markup(" \u2192 ").join(names[i] for i in treatment.stages),
        "now": stage_now(player),
    }


def late_requests(player: Player) -> list[list[str]]:
    """By position and stage: why a request is not its player's decision, as `not_own` says it; "" if it is."""
    told = [[""] * len(asked) for asked in requests_of_group(player)]
    for member in [player] if player.alone() else player.group.get_players():
        for k, cause in enumerate(causes_of(member)):
            told[member.position][k] = not_own(player.treatment, cause)
    return told


def own_request(player: Player, mine: list[float], k: int) -> Markup | str:
    """The reader's own request of a stage, from 0; "" once the reader was served."""
    if k >= len(mine):
        return ""
    name = f"own-{k + 1}"
    return tagged(name, repr(mine[k]), message_text(player.treatment, player.position, mine[k]))


def stage_now(player: Player) -> Markup:
    """What can be requested in this stage; "" for somebody who has been served, and when all have."""
    treatment, now = player.treatment, standing_of(player)
    if player.position not in now.left:
        return Markup("")
    told = {"stage": now.stage, "least": message_text(treatment, player.position, now.floor)}
    if len(now.left) == 1:
        return _("Stage {stage}: only you are left. You get what you request now, and you can request {least} or more.",
                 **told)  # fmt: skip
    return ngettext(
        "Stage {stage}: you and {n} other player are left. You can request {least} or more.",
        "Stage {stage}: you and {n} other players are left. You can request {least} or more.",
        len(now.left) - 1,
        **told,
    )


def stage_text(player: Player) -> Markup:
    """For whom one waits; the same throughout a stage: how many have requested is told of no stage that is not over."""
    now = standing_of(player)
    if player.position not in now.left and now.left:
        return ngettext(
            "You have been served. The round is over when {n} more player has been served.",
            "You have been served. The round is over when {n} more players have been served.",
            len(now.left),
        )
    if not now.left:
        return _("Waiting for the other participants.")
    return _("Stage {stage} is over when everybody who is left has made a request.", stage=now.stage)
