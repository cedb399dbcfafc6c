"""Every text that a catalogue has to translate, found in the code, the templates and the model.

python tests/unit/messages.py fr      what the French catalogue lacks, ready to be filled in
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment
from jinja2.nodes import Call, Const, Name

import analysis
from analysis import access, glossary, measures, report, words
from analysis.catalogue import entries
from analysis.language import LOCALE
from sim.experiment import manifest, outcome_table
from sim.offences import GROUPS, NAMES
from sim.rules import registry

ROOT = Path(analysis.__file__).parent
Message = tuple[str, str]


def messages() -> list[Message]:
    """(msgid, plural or ""), each once, in the order of the files."""
    found = [*_in_code(), *_in_templates(), *((text, "") for text in _in_tables())]
    return list(dict.fromkeys(found))


def _in_code() -> Iterator[Message]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if node.func.id == "_" and texts:
                yield str(texts[0]), ""
            elif node.func.id == "plural":
                yield str(texts[0]), str(texts[1])


def _in_templates() -> Iterator[Message]:
    for path in sorted((ROOT / "templates").glob("report.*")):
        if path.suffix in (".html", ".md"):
            tree = Environment().parse(path.read_text(encoding="utf-8"))
            for call in tree.find_all(Call):
                if isinstance(call.node, Name) and call.node.name == "_":
                    first = call.args[0]
                    assert isinstance(first, Const), path
                    yield first.value, ""


def _in_tables() -> Iterator[str]:
    """Texts that are translated where they are used, not where they stand."""
    yield from (section.title for section in measures.SECTIONS)
    yield from (title for _key, title, _blocks in report.CHAPTERS)
    yield from access.STAGES[1:]
    yield from words.MONTHS
    yield from words._NUMBERS.values()
    yield from (*glossary.SENTENCES, *glossary.UNITS)


def words_of_the_model() -> list[str]:
    """What a manifest says in the model's own words: outcomes, units, limits, labels."""
    found: list[str] = []
    for outcome in outcome_table.OUTCOMES.values():
        found += [outcome.title, outcome.meaning]
        found += [unit for unit in [outcome.unit] if "{" not in unit and unit != "%"]
        for definition, _column in outcome.definitions:
            if "{" not in definition:
                found.append(definition)
    found += [*manifest.LIMITS, manifest.CENTRAL_ONLY, manifest.NOT_DRAWN]
    found += [manifest.FIT_DRAWN, manifest.FIT_DRAWN_SOMEWHERE]
    found += ["assumed", "fitted"]  # what a number without a citation rests on
    found += [analysis_readable(row).lower() for row in (*GROUPS, *NAMES)]
    for name, rule in sorted(registry().items()):
        found.append(analysis_readable(name))
        for quantity in rule.quantities().values():
            found += [quantity.label] if quantity.label else []
            found += [quantity.unit] if quantity.unit and quantity.unit not in ("%", "") else []
            if isinstance(quantity.default, Mapping):
                rows = ">".join(quantity.default).split(">")
                found += [analysis_readable(row).lower() for row in rows]
    return list(dict.fromkeys(found))


def analysis_readable(name: str) -> str:
    """Name of a rule as the report shows it."""
    from analysis.manifest import readable

    return readable(name)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    known = {entry.msgid for entry in entries(LOCALE / f"{sys.argv[1]}.po")}
    for msgid, several in [*messages(), *((text, "") for text in words_of_the_model())]:
        if msgid not in known:
            print(f"msgid {_quoted(msgid)}")
            forms = ("[0]", "[1]") if several else ("",)
            if several:
                print(f"msgid_plural {_quoted(several)}")
            print("\n".join(f'msgstr{form} ""' for form in forms) + "\n")
            known.add(msgid)
