"""Custom exports: the same files, made of few players at a time."""

import otree.export
import pytest
from engine.otree_repairs.storage import exports
from engine.otree_repairs.storage.exports import BOM, cells, pieces


def test_every_custom_export_is_the_same_as_before(probes):
    texts = probes["exports"]["texts"]
    assert {"custom_export", "custom_export_quiz", "custom_export_what_if"} <= set(texts)
    assert texts["custom_export"][0].count("\n") == 1 + 3 * 5
    assert {name for name, (before, now) in texts.items() if before != now} == set()


def test_no_more_than_some_rounds_of_players_are_held(probes):
    assert probes["exports"]["batches"] == [3] * 5
    assert probes["exports"]["pieces"] > 5


def test_the_download_has_the_same_text_and_name(probes):
    found = probes["exports"]["http"]
    assert found["text"] == BOM + probes["exports"]["texts"]["custom_export"][0]
    assert found["headers"]["content-type"] == "text/csv"
    assert found["headers"]["content-disposition"].startswith('attachment; filename="demand_custom_export-')


def test_what_a_spreadsheet_would_compute_is_a_text_in_our_exports_and_in_those_of_otree(monkeypatch):
    formula, row = '=HYPERLINK("http://evil","x")', [None, 3, "-2.0;1.5", "two\nlines", True]
    assert cells([formula, *row]) == ["'" + formula, None, 3, "-2.0;1.5", "two lines", 1]
    for place, name in ((otree.export, "custom_export_app"), (exports.export.ExportAppCustom, "process_export")):
        monkeypatch.setattr(place, name, getattr(place, name))  # as they were, afterwards
    monkeypatch.setattr(otree.export, "sanitize_for_csv", exports.plain_cell)
    exports.install()
    assert otree.export.sanitize_for_csv("@x\n") == "'@x "  # by which the wide tables are written


def test_an_error_while_it_is_read_is_not_the_end_of_a_shorter_file():
    def rows():
        yield ["a"]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(pieces(rows()))
