"""The session that one person plays: possible for every shipped design, and as small as it can be."""

import pytest
from engine.demo.alone import order
from engine.session.designs import designs, session_config, treatments_in_force

DESIGNS = {design.name: design for design in designs()}


@pytest.mark.parametrize("name", DESIGNS)
def test_short_and_whole_sessions_are_possible(name):
    design = DESIGNS[name]
    config = session_config(design)
    made = {kind: order(config, kind) for kind in ("short", "whole")}
    for asked in made.values():
        assert asked["is_demo"] is True
        assert set(asked["modified_session_config_fields"]) <= set(config)
        changed = {**config, **asked["modified_session_config_fields"]}
        in_force = treatments_in_force(changed, asked["num_participants"])
        assert len(in_force) == len(design.treatments)
        if asked is made["short"]:
            for treatment in in_force:
                protocol = treatment.protocol
                assert (protocol.matching, protocol.practice_rounds, protocol.quiz) == ("partner", 0, False)
                assert protocol.seconds == protocol.time_limit("result") == 0
                reports = treatment.messages_are == "reports"
                assert protocol.computer == ("truthful" if reports else design.treatments[0].protocol.computer)
    assert made["whole"]["modified_session_config_fields"] == {"alone": "whole"}
    assert made["short"]["num_participants"] <= made["whole"]["num_participants"] == design.participants
