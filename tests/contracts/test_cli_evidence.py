"""The words of `desist evidence` and `desist protocol`, as a user meets them."""

import json

import pytest

from sim.app.main import run


def test_a_row_is_told_in_words_with_its_users(tmp_path, capsys):
    path = tmp_path / "row.json"
    assert run(["evidence", "prison_tc_rct", "--json", str(path)]) == 0
    text = capsys.readouterr().out
    assert "OR 0.64" in text and "unverified" in text and "substance_treatment.hazard_ratio" in text
    assert "spread times 1.5" in text and "trial: drug_treatment_prison" in text
    row = json.loads(path.read_text())
    assert row["unverified"] and row["parameters"][0]["conversion"]["stands"] == "equals"


@pytest.mark.parametrize("row", ["jp_prison_stock_02", "japan_reimprison_2y_age65+"])
def test_rows_of_all_tables_can_be_shown(row, capsys):
    assert run(["evidence", row]) == 0
    assert "setting: Japan" in capsys.readouterr().out


def test_an_unknown_row_gets_the_nearest_name(capsys):
    assert run(["evidence", "em_frence"]) == 2
    assert "Did you mean 'em_france'?" in capsys.readouterr().err
    assert run(["evidence", "em_france", "em_nsw"]) == 2


def test_the_overview_counts_rows_and_names_those_that_nothing_uses(tmp_path, capsys):
    path = tmp_path / "all.json"
    assert run(["evidence", "--json", str(path)]) == 0
    found = json.loads(path.read_text())
    assert (
        sum(sum(line[t] for t in found["unused"]) for line in found["how_known"]) == found["rows"]
    )
    assert "cbt_meta_demo" in found["unused"]["register"]
    assert "em_france" not in found["unused"]["register"]
    assert "desist evidence check" in capsys.readouterr().out


def test_contradictions_are_shown_as_readings(capsys):
    assert run(["evidence", "contradictions"]) == 0
    text = capsys.readouterr().out
    assert "0.894: trials with 50 or more an arm (psych_prison_rct_or_large)" in text


def test_the_check_passes_as_shipped_and_fails_on_a_rule_without_its_conversion(tmp_path, capsys):
    assert run(["evidence", "check"]) == 0
    (tmp_path / "mentors.py").write_text('''"""Mentors: a planted fault."""

from sim.rules import Lever, dial, parameter


class MentorsOfMine(Lever):
    """Mentors."""

    paragraphs = (38,)

    share: float = dial(0.0, unit="share", label="people with a mentor")
    effect: float = parameter(
        0.7, unit="hazard ratio", low=0.5, high=1.0, source="em_france", label="effect"
    )
''')
    capsys.readouterr()
    assert run(["evidence", "check", "--rules", str(tmp_path)]) == 3
    text = capsys.readouterr().out.splitlines()
    assert len(text) == 2 and all(line.startswith("mentors.effect: ") for line in text)


def test_the_protocol_writes_its_pages(tmp_path, capsys):
    assert run(["protocol", f"out={tmp_path}/made", "--quiet"]) == 0
    assert {path.name for path in (tmp_path / "made").iterdir()} == {
        "odd.md", "trace.md", "model_card.md"
    }  # fmt: skip
    assert run(["protocol"]) == 2
    assert "out=DIR" in capsys.readouterr().err
