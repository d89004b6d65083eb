"""Tables of earlier sessions: read into the definition, and refused where they cannot be of this game."""

import pytest

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.mechanisms.treatments.cases import edited

GAME = load_treatment("treatments/park_vcg.toml").identity
HEAD = "identity,role,type,message,times,points"
LINES = [f"{GAME},Player 1,8,8,30,{{}}", f"{GAME},Player 1,8,20,10,{{}}"]


def points_of(message):
    """A mean that can have happened."""
    own = load_treatment("treatments/park_vcg.toml").own_points(0, 8)[{8: 0, 20: 1}[message]]
    return float(own.mean())


def written(tmp_path, *lines, head=HEAD):
    (tmp_path / "earlier.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return edited(
        tmp_path, ("[group]", '[advice]\nkind = "experience"\nfile = "earlier.csv"\n\n[group]'), base="park_vcg"
    )


def good():
    own = [LINES[0].format(points_of(8)), LINES[1].format(points_of(20))]
    return [*own, *(LINES[0].replace("Player 1", role).format(0) for role in ("Player 2", "Player 3"))]


def test_the_lines_are_in_the_definition(tmp_path):
    treatment = load_treatment(written(tmp_path, *good()))
    (tmp_path / "earlier.csv").unlink()  # what is stored needs no file
    again = Treatment.from_definition(treatment.definition)
    assert [(row.role, row.times) for row in again.advice.earlier] == [
        ("Player 1", 30),
        ("Player 1", 10),
        ("Player 2", 30),
        ("Player 3", 30),
    ]
    assert again.identity == GAME == again.advice.identity


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "must be a table .CSV. with the columns identity, role"),
        ([f"{GAME},Player 1,8,8,x,1"], "line 2: times = 'x': must be a number"),
        ([f"{GAME},Player 1,8,8,0,1"], r"advice.file = 'earlier.csv', line 2: times = 0: must be greater"),
        ([f"{GAME},Player 9,8,8,3,1"], "role = 'Player 9': must be one of 'Player 1'"),
        ([f"{GAME},Player 1,9,8,3,1"], "type = 9: must be one of those of Player 1"),
        ([f"{GAME},Player 1,8,9,3,1"], "message = 9: must be one of those of Player 1"),
        (
            [f"{GAME},Player 1,8,8,3,99999"],
            "advice.file = 'earlier.csv', line 2: points = 99999: .* brings from .* points in this game",
        ),
        (["", f"{GAME},Player 1,8,8,3,1"], "line 2 is empty"),
        (
            ["0123456789ab,Player 1,8,8,3,1"],
            "earlier.csv': identity = '0123456789ab': the earlier sessions played another game",
        ),
        ([f"{GAME},Player 1,8,8,3,1", "0123456789ab,Player 1,8,8,3,1"], "its lines are of several games"),
    ],
)
def test_lines_that_cannot_be_of_this_game(tmp_path, lines, said):
    with pytest.raises(TreatmentError, match=said) as refused:
        load_treatment(written(tmp_path, *lines))
    assert "\n" not in str(refused.value)


def test_a_line_twice(tmp_path):
    with pytest.raises(
        TreatmentError, match=r"advice.file = 'earlier.csv', line 3 is there twice: Player 1, type 8, message 8"
    ):
        load_treatment(written(tmp_path, good()[0], good()[0]))


def test_a_table_that_is_not_there(tmp_path):
    path = written(tmp_path, *good())
    (tmp_path / "earlier.csv").unlink()
    with pytest.raises(TreatmentError, match=r"advice.file = 'earlier.csv': .*cannot be read \(No such file"):
        load_treatment(path)
