"""Rows of the decisions export against what the stored definition gives."""

import json
from decimal import Decimal

from mechanisms.session.draws import computer_messages, draw_session
from mechanisms.treatments import Treatment


def treatment_of(rows):
    return Treatment.from_definition(json.loads(rows[0]["definition"]))


def parts_of(rows):
    """(part, practice, order) -> rows; people with different orders of the parts are drawn apart."""
    found = {}
    for row in rows:
        found.setdefault((int(row["part"]), row["practice"] == "1", row["order"]), []).append(row)
    return found


def check_rows(rows):
    """Every exported number is what the stored definition gives for the stored types and messages."""
    for (_, practice, _), own in parts_of(rows).items():
        check_part(own, practice)
    return treatment_of(rows)


def check_part(rows, practice):
    treatment = treatment_of(rows)
    protocol = treatment.protocol
    draws = draw_session(treatment, protocol.participants)
    groups, drawn_types = (draws.practice_groups, draws.practice_types) if practice else (draws.groups, draws.types)
    sequences = draws.practice_sequences if practice else draws.sequences
    people = sorted({int(row["participant_id"]) for row in rows})
    assert len(people) == protocol.participants
    assert len(rows) == protocol.participants * (protocol.practice_rounds if practice else protocol.rounds)
    alone = practice and protocol.practice_against == "computer"
    for row in rows:
        k, i = int(row["round"]) - 1, int(row["position"]) - 1
        in_round = {int(r["participant_id"]): r for r in rows if r["round"] == row["round"]}
        [(g, members)] = [
            (g, group) for g, group in enumerate(groups[k]) if people.index(int(row["participant_id"])) in group
        ]
        played = treatment if sequences is None else treatment.in_sequence(sequences[k, g])
        order = [] if sequences is None else (sequences[k, g] + 1).tolist()
        assert row["sequence"] == ";".join(map(str, order))
        assert row["move"] == (str(order.index(i + 1) + 1) if order else "")
        mates = [in_round[people[member]] for member in members]
        assert mates[i] is row
        types = [float(mate["type"]) for mate in mates]
        assert types == drawn_types[k, members].tolist()
        messages = [float(mate["message"]) for mate in mates]
        if alone:
            assert row["partners"] == ""
            place = row["session_code"], int(row["round_number"]), int(row["participant_id"]), i
            messages = [messages[i] if m is None else m for m in computer_messages(treatment, *place)]
            sent = row["computer_messages"].split(";")
            assert [text and float(text) for text in sent] == ["" if j == i else m for j, m in enumerate(messages)]
        else:
            assert len({mate["group"] for mate in mates}) == 1
            assert row["partners"] == ";".join(mate["participant_id"] for mate in mates if mate is not row)
        play = played.play(types, messages)
        assert row["outcome"] == treatment.outcome_label(play.outcome)
        assert [float(row[key]) for key in ("value", "cost_share", "transfer")] == [
            play.values[i], play.cost_shares[i], play.transfers[i]
        ]  # fmt: skip
        assert int(row["points_units"]) == play.points[i]
        assert Decimal(row["points"]) == treatment.points_value(play.points[i])
        if play.payments is not None:
            assert [float(x) for x in row["payments_received"].split(";")] == play.payments[i].tolist()
