"""One file a policy analyst can read, print and pass on: ``report.html``.

Everything is inside it (style and figures); it asks nothing of the network and runs no
script. The figures, with the data drawn in each, are also written beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.contrasts import stored_contrasts
from analysis.figures.drawing import Drawing
from analysis.findings import Findings, findings, headline_rows
from analysis.kyoto import DECLARATION, paragraph
from analysis.language import _, plural, using
from analysis.manifest import Manifest, readable
from analysis.matrix import matrix
from analysis.measures import main_horizon
from analysis.method import cost_standing, cost_text, method
from analysis.phrases import policy_phrase
from analysis.plates import Plates, ordered_rows, source_line
from analysis.sources import Quantity, cost_quantities, dial_text, quantities
from analysis.store import Store
from analysis.words import index_phrase, joined, level, number

TEMPLATES = Path(__file__).parent / "templates"


def write_report(out: Path, *, language: str = "en") -> Path:
    """Write ``report.html`` and ``figures/`` from what is stored in ``out``.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    AnalysisError
        Something needed is not stored, or the language is unknown.
    """
    store = Store(Path(out))
    with using(language):
        context, drawings = report_context(store)
        page = _environment().get_template("report.html").render(language=language, **context)
    for drawing in drawings:
        drawing.write(store.out / "figures")
    path = store.out / "report.html"
    aside = path.with_name("report.html.tmp")
    aside.write_text(page, encoding="utf-8")
    os.replace(aside, path)
    return path


def report_context(store: Store) -> tuple[dict[str, Any], list[Drawing]]:
    """Everything the template shows, as text; and every figure."""
    manifest = store.manifest
    study = manifest.study
    contrasts = stored_contrasts(store)
    plates = Plates(store, contrasts)
    drawings: list[Drawing] = []
    places: list[dict[str, Any]] = []
    told: dict[str, Findings] = {}
    stored = [str(name) for name in store.outcomes["jurisdiction"].unique()]
    in_order = [name for name in study.jurisdictions if name in stored]
    for name in [*in_order, *sorted(set(stored) - set(in_order))]:
        rows = ordered_rows(contrasts, manifest, name)
        forests, curves, prison, costs = plates.of(name)
        drawings += [*forests.values(), *curves, *(one for one in (prison, costs) if one)]
        found = told[manifest.place_title(name)] = findings(
            contrasts, store.outcomes, manifest, name
        )
        money = cost_quantities(manifest, name)
        places.append({
            "title": manifest.place_title(name),
            "findings": found,
            "glance": matrix(headline_rows(rows), manifest, headings=False),
            "full": matrix(rows, manifest),
            "forests": list(forests.values()),
            "curves": curves,
            "prison": prison,
            "costs": costs,
            "cost_standing": cost_standing(money),
            "cost_quantities": [
                {**vars(one), "is_placeholder": one.is_placeholder, "cost_text": cost_text(one)}
                for one in money
            ],
            "quantities": _by_rule(quantities(manifest, name)),
        })  # fmt: skip
    context = {
        "study": study,
        "versions": manifest.versions,
        "level": level(study.confidence),
        "facts": _facts(manifest, [place["title"] for place in places]),
        "places": places,
        "policies_intro": _policies_intro(manifest),
        "policies": [_policy(manifest, policy.name, told) for policy in study.policies],
        "failed": _failed(manifest),
        "method": method(manifest, contrasts, main_horizon(contrasts)),
        "outcomes": list(manifest.outcomes.values()),
        "limits": manifest.limits,
        "command": _command(manifest),
        "run": _run_facts(manifest),
        "appendix_intro": _appendix_intro(manifest),
        "source": source_line(manifest),
        "declaration": DECLARATION,
        "css": (TEMPLATES / "report.css").read_text(encoding="utf-8"),
    }
    return context, drawings


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    # Figures and style are made here and hold no unescaped text of anyone else.
    environment.filters["inline"] = Markup
    environment.globals["_"] = _
    return environment


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


def _policy(manifest: Manifest, name: str, told: dict[str, Findings]) -> dict[str, Any]:
    policy = manifest.study.policy(name)
    return {
        "title": policy.title,
        "question": policy.question,
        "is_baseline": name == manifest.study.baseline,
        "paragraphs": [(number_, paragraph(number_)) for number_ in policy.paragraphs],
        "levers": [
            (readable(lever), [dial_text(manifest, lever, dial, value)
                               for dial, value in dials.items()])
            for lever, dials in policy.dials.items() if dials
        ],
        "findings": [
            (place, found.by_policy[name]) for place, found in told.items()
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
        return " ".join(map(str, given)) if isinstance(given, list) else str(given)
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
    return " ".join(["desist compare", *words, "out=DIR"])


def _run_facts(manifest: Manifest) -> list[tuple[str, str]]:
    run = manifest.run
    seconds = run.get("wall_seconds", run.get("wall"))
    facts = [
        (_("Finished"), run.get("finished")),
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
    return [(readable(rule), list(part)) for rule, part in groupby(ordered, lambda one: one.rule)]
