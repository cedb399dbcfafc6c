"""The packages of all paragraphs are those of each paragraph put together, nothing more or less."""

import pytest
import yaml

from sim.app.shipped import shipped

FOLDER = shipped("scenarios") / "policy"


def dials(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["dials"]


@pytest.mark.parametrize("level", ["modest", "ambitious"])
def test_the_whole_is_the_paragraphs_together(level):
    together: dict = {}
    for paragraph in range(36, 43):
        for lever, values in dials(f"par{paragraph}_{level}").items():
            assert together.setdefault(lever, values) == values, "one lever, two settings"
    assert dials(f"kyoto_{level}") == together
