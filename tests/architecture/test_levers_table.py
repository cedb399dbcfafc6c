"""The README's table of levers, the files' paragraphs and the folder say the same."""

from __future__ import annotations

import re
from pathlib import Path

from sim.rules import registry

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| `(\w+)` \| ([\d, ]+) \| .+ \|$", re.MULTILINE)


def test_the_readme_lists_every_lever_with_its_paragraphs():
    table = {
        name: tuple(int(number) for number in paragraphs.split(","))
        for name, paragraphs in LINE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    }
    levers = {name: rule.paragraphs for name, rule in registry().items() if rule.kind == "lever"}
    assert table == levers


def test_every_lever_opens_by_stating_its_paragraph():
    for path in sorted((ROOT / "sim" / "levers").glob("[a-z]*.py")):
        opening = path.read_text(encoding="utf-8").splitlines()[0]
        stated = tuple(int(number) for number in re.findall(r"\d+", opening.split(":")[0]))
        assert opening.startswith('"""§'), path.name
        assert stated == registry()[path.stem].paragraphs, path.name
