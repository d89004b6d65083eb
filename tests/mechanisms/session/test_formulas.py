"""What was typed can be read back, whatever it was, and no spreadsheet computes what is written."""

from hypothesis import example, given
from hypothesis import strategies as st

from mechanisms.session.formulas import FIRST, NUMBERS, as_text, as_typed, is_formula

SIGNS = st.text(st.sampled_from(["'", "=", "+", "-", "@", "\t", "＝", "1", ";", ".", "a", "(", " "]), max_size=6)


@example("'-5")
@example("''=1")
@given(SIGNS | st.text(max_size=8))
def test_there_and_back(typed):
    written = as_text(typed)
    assert as_typed(written) == typed
    assert written[:1] not in FIRST or written[0] == "'" or NUMBERS.fullmatch(written)
    assert typed[:1] in FIRST or not is_formula(typed)
