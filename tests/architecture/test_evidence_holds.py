"""Every shipped number rests on its rows, and the protocol's pages say what the code says."""

from pathlib import Path

import pytest

from sim.app.protocol import PAGES, pages
from sim.app.shipped import shipped
from sim.experiment.evidence_check import findings
from sim.experiment.scenario import scenarios_in
from sim.place import Place
from sim.rules import registry

DOCS = Path(__file__).parents[2] / "docs"


def test_every_number_rests_on_its_rows():
    scenarios = scenarios_in([shipped("scenarios")])
    places = [
        Place.from_mapping(found.name, found.content)
        for found in scenarios.load_all("jurisdiction")
    ]
    trials = {found.name: found.content for found in scenarios.load_all("trial")}
    assert len(places) >= 5 and len(trials) >= 19, "there is something to check"
    assert findings(registry(), places, trials) == []


@pytest.fixture(scope="module")
def made():
    return pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_protocol_is_not_stale(name, made):
    kept = (DOCS / name).read_text(encoding="utf-8")
    assert kept == made[name], f"docs/{name} is stale: run make docs and commit it"


def test_the_odd_document_holds_every_rule_step_column_and_number(made):
    text = made["odd.md"]
    for name, rule in registry().items():
        assert f"#### `{name}`" in text
        assert all(f"`{quantity}`" in text for quantity in rule.quantities())
        assert all(f"`{column.name}`" in text for column in rule.all_columns())
        for step in rule.steps():
            assert step.name in text or f"`{step.writes[0]}` fades" in text


def test_pages_name_no_place_on_a_machine(made):
    for text in made.values():
        assert str(DOCS.parent) not in text and "/home/" not in text
