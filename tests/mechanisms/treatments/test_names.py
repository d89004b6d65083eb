"""Names that nobody can tell apart, or that mislead, are refused in one line: key, value, what is right."""

import json

import pytest

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.mechanisms.treatments.cases import edited

LABELS = '["low", "middle", "high"]'
GERMAN = '"park near player 2" = "Park bei Person 2"'


@pytest.mark.parametrize(
    ("base", "old", "new", "said"),
    [
        ("park_vcg", '"Player 3"', '"Player 2"', "roles[3].name = 'Player 2': nobody can tell it from roles[2].name"),
        (
            "park_vcg",
            '"Player 3"',
            '" player\u30002"',
            "roles[3].name = ' player\\u30002': nobody can tell it from roles[2]",
        ),
        ("park_vcg", '"Player 3"', '" "', "roles[3].name = ' ': nothing would be shown"),
        ("cason_pivotal", '["built", "not built"]', '["built", "Built"]', "outcomes[2] = 'Built': nobody can tell it"),
        (
            "park_vcg",
            '["L", "H"]',
            '["L", "Ｌ"]',
            "types.labels[2] = 'Ｌ': nobody can tell it from types.labels[1] = 'L'",
        ),
        ("production_serial", LABELS, '["", "middle", "high"]', "types.labels[1] = '': nothing would be shown"),
        ("production_serial", LABELS, '["a", "\u200b", "high"]', "types.labels[2] = '\\u200b': nothing would be shown"),
        ("production_serial", LABELS, '["16", "13", "19"]', "labels[1] = '16' is the label of the type 13, but 16 is"),
        (
            "production_serial",
            LABELS,
            '["13", "16.0", "16,0"]',
            "labels[3] = '16,0' is the label of the type 19, but 16 is",
        ),
        (
            "park_vcg",
            GERMAN,
            f'{GERMAN}\n"L" = "20"',
            "labels[1] = 'L' ('20' by words.names.de) is the label of the type 8",
        ),
        ("park_vcg", GERMAN, f'{GERMAN}\n"L" = "h"', "labels[2] = 'H': nobody can tell it from types.labels[1] = 'L'"),
        (
            "park_vcg",
            GERMAN,
            f'{GERMAN}\n"Player 1" = "Player 2"',
            "nobody can tell it from roles[1].name = 'Player 1'",
        ),
        ("park_vcg", GERMAN, f'{GERMAN}\n"Player 1" = "PARK BEI PERSON 2"', "nobody can tell them apart"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(tmp_path, base, old, new, said):
    with pytest.raises(TreatmentError) as refused:
        load_treatment(edited(tmp_path, (old, new), base=base))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_was_played_with_other_names_is_still_read(tmp_path):
    definition = load_treatment(edited(tmp_path)).definition
    definition["types"]["labels"] = ["low", "low ", "high"]
    assert Treatment.from_json(json.dumps(definition)).positions[0].type_labels[1] == "low "


def test_labels_may_be_numbers_that_no_type_has(tmp_path):
    for labels in ('["13", "16", "19"]', '["1", "2", "3"]', '["snan", "inf", "−"]'):
        assert load_treatment(edited(tmp_path, (LABELS, labels))).group_size == 3


TABLE = '"piecewise_linear", breakpoints = [2, 2.0000000000001], slopes = [1, 2, 3]'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[13, 16, 19]",
            "[13, 13.00000000000001, 19]",
            "types.values has 13.00000000000001, and types.values has 13: they",
        ),
        (
            "lowest = 0, highest = 8, step = 1 ",
            "lowest = 1e6, highest = 1000000.0000002, step = 0.0000001 ",
            "environment.quantities has 1000000.0000001, and environment.quantities has 1000000: they are different",
        ),
        (
            "lowest = 0\nhighest = 8",
            "lowest = 0.000000000000001\nhighest = 8.000000000000001",
            "messages has 1.000000000000001, and environment.quantities has 1: they",
        ),
        (
            '"power", coefficient = 0.5, exponent = 2',
            TABLE,
            "breakpoints = [2, 2.0000000000001]: 2 and 2.0000000000001 are",
        ),
    ],
)
def test_numbers_that_are_shown_alike_are_refused_with_all_their_digits(tmp_path, old, new, said):
    with pytest.raises(TreatmentError) as refused:
        load_treatment(edited(tmp_path, (old, new)))
    assert said in str(refused.value)


def test_numbers_with_noticeable_digits_are_no_slip(tmp_path):
    assert load_treatment(edited(tmp_path, ("[13, 16, 19]", "[13, 13.0000000001, 19]"))).positions[0].types[1] > 13
