"""A yes or no answer is one of the two."""

import pytest
from engine.otree_repairs.pages.fields import truth


@pytest.mark.parametrize("text", ["abc", "", "2", "yes", "TRUE", "1", "true", "0", None, "False "])
def test_what_is_neither_yes_nor_no_is_no_answer(text):
    with pytest.raises(ValueError, match="neither"):
        truth(text)
