"""What a policy analyst can read, print and pass on: ``report.html`` and ``report.md``.

Everything is inside the HTML file (style and figures); it asks nothing of the network and
runs no script. The figures, with the data drawn in each, are also written beside it, and the
Markdown file says the same from the same context.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.captions import source_line
from analysis.chapters.certainty import certainty_blocks
from analysis.chapters.costs import cost_blocks
from analysis.chapters.decisions import decision_blocks
from analysis.chapters.equity import equity_blocks
from analysis.chapters.evidence import evidence_blocks
from analysis.chapters.explained import explained_blocks
from analysis.chapters.results import result_blocks
from analysis.figures.drawing import Drawing
from analysis.findings import Findings, findings, headline_rows
from analysis.glossary import place_title, policy_title, told
from analysis.kyoto import declaration, paragraph
from analysis.language import SOURCE, _, plural, using
from analysis.manifest import Manifest, readable
from analysis.material import Material
from analysis.matrix import glance, matrix
from analysis.method import method, outcome_table
from analysis.pages import html_page, markdown_page
from analysis.phrases import policy_phrase
from analysis.section import Block, Section, Table, in_place, section
from analysis.sources import Quantity, dial_text, quantities
from analysis.store import Store
from analysis.words import date_text, index_phrase, joined, level, number


def write_report(out: Path, *, language: str = SOURCE) -> Path:
    """Write ``report.html``, ``report.md``, ``figures/`` and ``tables/`` from a store.

    Returns
    -------
    Path
        The HTML report.

    Raises
    ------
    AnalysisError
        Something needed is not stored, or the language is unknown.
    """
    store = Store(Path(out))
    with using(language):
        context, exhibits = report_context(store)
        context["language"] = language
        context["english"] = Markup("") if language == SOURCE else Markup(' lang="en"')
        pages = {"report.md": markdown_page(context), "report.html": html_page(context)}
    for exhibit in exhibits:
        exhibit.write(store.out / ("tables" if isinstance(exhibit, Table) else "figures"))
    for name, page in pages.items():
        aside = store.out / f"{name}.tmp"
        aside.write_text(page, encoding="utf-8")
        os.replace(aside, store.out / name)
    return store.out / "report.html"


def report_context(store: Store) -> tuple[dict[str, Any], list[Drawing | Table]]:
    """Everything the templates show, as text; and every figure and table."""
    material = Material(store)
    manifest, study = material.manifest, material.study
    telling: dict[str, Findings] = {}
    places: list[dict[str, Any]] = []
    for name in material.places:
        rows = material.rows(name)
        title = place_title(manifest, name)
        telling[title] = findings(material.contrasts, store.outcomes, manifest, name)
        words = {"baseline": policy_title(manifest, study.baseline), "place": title,
                 "level": level(study.confidence)}  # fmt: skip
        places.append({
            "title": title,
            "findings": telling[title],
            "glance": glance(headline_rows(rows), manifest),
            "glance_caption": _("At a glance: difference from {baseline}, with {level} interval"
                                ).format(**words),
            "full": matrix(rows, manifest),
            "full_caption": _("{place}: difference from {baseline}, with {level} interval"
                              ).format(**words),
            "quantities": _by_rule(quantities(manifest, name)),
        })  # fmt: skip
    sections, meanings = report_sections(material), outcome_table(manifest)
    context = {
        "study": study,
        "versions": manifest.versions,
        "facts": _facts(manifest, [place["title"] for place in places]),
        "contents": _contents(sections),
        "places": places,
        "policies_intro": _policies_intro(manifest),
        "policies": [_policy(manifest, policy.name, telling) for policy in study.policies],
        "sections": sections,
        "failed": _failed(manifest),
        "method": method(manifest, material.contrasts, material.horizon),
        "outcomes": meanings,
        "ethics": _("Nobody in this simulation exists. The model compares policies for groups of "
                    "simulated people; it must not be used to decide about a person's liberty, "
                    "sentence, supervision or services."),
        "limits": [told(sentence) for sentence in manifest.limits],
        "command": _command(manifest),
        "run": _run_facts(manifest),
        "appendix_intro": _appendix_intro(manifest),
        "source": source_line(manifest),
        "footer": _("The paragraphs are those of the {declaration}, in our words.").format(
            declaration=declaration()),
    }  # fmt: skip
    exhibits = [one for part in sections for one in part.exhibits]
    return context, [*exhibits, meanings]


CHAPTERS: tuple[tuple[str, str, Callable[[Material, str], list[Block]]], ...] = (
    ("results", "Results", result_blocks),
    ("certainty", "How sure the differences are", certainty_blocks),
    ("evidence", "Evidence and chance", evidence_blocks),
    ("equity", "Who gains and who does not", equity_blocks),
    ("explained", "What lies behind the differences", explained_blocks),
    ("costs", "Costs", cost_blocks),
    ("decision", "For the decision", decision_blocks),
)


def report_sections(material: Material) -> list[Section]:
    """Chapters with something to show, in the order of reading."""
    made = []
    for key, title, blocks in CHAPTERS:
        places = [
            (place_title(material.manifest, place), in_place(place, blocks(material, place)))
            for place in material.places
        ]
        made.append(section(key, _(title), places))
    return [one for one in made if one is not None]


def _contents(sections: list[Section]) -> list[tuple[str, str]]:
    """Anchors and titles of the page, in order."""
    return [
        ("remember", _("Findings")), ("policies", _("Policies")),
        *((one.key, one.title) for one in sections),
        ("table", _("All outcomes")), ("method", _("Method")), ("limits", _("Limits")),
        ("reproduce", _("Reproduce")), ("appendix", _("Numbers used")),
    ]  # fmt: skip


def _facts(manifest: Manifest, places: list[str]) -> str:
    study = manifest.study
    years = number(study.months / 12, 0 if study.months % 12 == 0 else 1)
    line = plural(
        "{places}. {n} replication of {persons} simulated people over {years} years; the "
        "policies start after {start} months. People are followed from {event}.",
        "{places}. {n} replications of {persons} simulated people over {years} years; the "
        "policies start after {start} months. People are followed from {event}.",
        study.replications,
    )  # fmt: skip
    return line.format(
        places=joined(places), n=number(study.replications, 0), persons=number(study.persons, 0),
        years=years,
        start=study.start, event=index_phrase(study.index),
    )  # fmt: skip


def _policies_intro(manifest: Manifest) -> str:
    baseline = policy_phrase(manifest, manifest.study.baseline)
    return _("Each policy starts from the same people, with the same past, in month {start}, and "
             "is compared with {baseline}. A paragraph sign refers to the Kyoto Declaration."
             ).format(start=manifest.study.start, baseline=baseline)  # fmt: skip


def _policy(manifest: Manifest, name: str, telling: dict[str, Findings]) -> dict[str, Any]:
    policy = manifest.study.policy(name)
    return {
        "title": policy_title(manifest, name),
        "question": policy.question,
        "is_baseline": name == manifest.study.baseline,
        "paragraphs": [(number_, paragraph(number_)) for number_ in policy.paragraphs],
        "levers": [
            (told(readable(lever)), [dial_text(manifest, lever, dial, value)
                               for dial, value in dials.items()])
            for lever, dials in policy.dials.items() if dials
        ],
        "findings": [
            (place, found.by_policy[name]) for place, found in telling.items()
            if found.by_policy.get(name)
        ],
    }  # fmt: skip


def _failed(manifest: Manifest) -> str:
    """Say that cells are missing, if any failed."""
    cells = manifest.run.get("cells")
    count = int(cells.get("failed") or 0) if isinstance(cells, dict) else 0
    if not count:
        return ""
    return plural(
        "{n} cell of the run failed and is left out; manifest.json says why.",
        "{n} cells of the run failed and are left out; manifest.json says why.",
        count,
    ).format(n=number(count, 0))


def _command(manifest: Manifest) -> str:
    """Give the command of the run, from the manifest or put together from the study."""
    given = manifest.run.get("command")
    if given:
        return shlex.join(map(str, given)) if isinstance(given, list) else str(given)
    study = manifest.study
    settings = {
        "study": study.name or None,
        "jurisdictions": f"[{','.join(study.jurisdictions)}]" if study.jurisdictions else None,
        "policies": f"[{','.join(policy.name for policy in study.policies)}]",
        "persons": study.persons or None,
        "months": study.months,
        "start": study.start,
        "replications": study.replications or None,
        "seed": study.seed,
    }
    words = [f"{name}={value}" for name, value in settings.items() if value is not None]
    return shlex.join(["desist", "compare", *words, "out=DIR"])


def _run_facts(manifest: Manifest) -> list[tuple[str, str]]:
    run = manifest.run
    seconds = run.get("wall_seconds", run.get("wall"))
    facts = [
        (_("Finished"), date_text(run.get("finished"))),
        (_("Simulation took"), f"{number(float(seconds), 0)} s" if seconds else None),
        (_("Commit"), run.get("git_commit")),
        (_("Code of the model"), run.get("code")),
        (_("Configuration hash"), run.get("config_hash")),
        (_("Platform"), run.get("platform")),
        (_("Versions"), ", ".join(f"{name} {one}" for name, one in manifest.versions.items())),
    ]
    return [(name, str(value)) for name, value in facts if value]


def _appendix_intro(manifest: Manifest) -> str:
    entries = quantities(manifest)
    if not entries:
        return _("The manifest of this run lists no numbers.")
    weak = sum(one.is_placeholder for one in entries)
    return _("{n} numbers with their sources; {weak} are unverified: assumed, or recalled and "
             "not yet checked against the source.").format(
        n=number(len(entries), 0), weak=number(weak, 0))  # fmt: skip


def _by_rule(entries: Iterable[Quantity]) -> list[tuple[str, list[Quantity]]]:
    ordered = sorted(entries, key=lambda one: one.rule)
    return [
        (told(readable(rule)), list(part)) for rule, part in groupby(ordered, lambda one: one.rule)
    ]
