"""What a calibration leaves: a jurisdiction file with its fit, draws for studies, and a record."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.experiment.calibration.constants import within_limits
from sim.experiment.calibration.posterior import equal_draws, profile
from sim.experiment.calibration.run import Calibrated
from sim.experiment.fit_table import beside
from sim.experiment.store import write_json

DRAWS = 256
"""Draws that studies can take: one file of some 30 kB."""

PROFILE_SDS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)


def write(result: Calibrated, text: str, out: Path, settings: Mapping[str, Any]) -> Path:
    """Write everything into a folder; return the jurisdiction file.

    Parameters
    ----------
    text
        The jurisdiction file that was calibrated: its words and comments are kept.
    settings
        How it was done, for the record; ``seed`` also keys the luck of the draws.
    """
    out.mkdir(parents=True, exist_ok=True)
    note = f"calibrated to {', '.join(result.place.fit)}"
    stated = yaml.safe_load(text)
    changes: dict[tuple[str, ...], str] = {}
    for constant, free in zip(result.constants, result.found.free, strict=True):
        section = "figures" if constant.kind == "figure" else "parameters"
        entry = (section, constant.rule, constant.name)
        # A table that the file does not state yet is written whole.
        for key, value in constant.table:
            changes.setdefault((*entry, "value", key), f"{value:.6g}")
        key_of = [constant.key] if constant.key else []
        changes[*entry, "value", *key_of] = f"{constant.natural(float(free)):.6g}"
        changes[*entry, "note"] = _quoted(note)
        changes[*entry, "source"] = _source(stated, entry, bool(constant.key))
    path = out / f"{result.place.name}.yaml"
    _write_text(path, set_scalars(text, changes))
    _write_text(out / "fit.csv", _csv([asdict(row) for row in result.after]))
    _write_draws(beside(path), result, int(settings["seed"]))
    write_json(out / "calibration.json", record(result, settings))
    return path


def _source(stated: Mapping[str, Any], entry: tuple[str, str, str], in_table: bool) -> str:
    """Source of a calibrated number; a table keeps that of the entries that were not fitted."""
    section, rule, name = entry
    known = ((stated.get(section) or {}).get(rule) or {}).get(name) or {}
    parts = [part for part in str(known.get("source", "")).split(";") if part]
    return ";".join(dict.fromkeys([*parts, "fitted"])) if in_table else "fitted"


def _write_draws(path: Path, result: Calibrated, seed: int) -> None:
    """Write the draws for studies; without a search nothing is known, and no file may say so."""
    if len(result.found.losses) < 2:
        path.unlink(missing_ok=True)
        return
    draws = equal_draws(result.found, result.posterior, DRAWS, seed)
    draws = within_limits(result.constants, draws)
    columns = [
        [f"{c.natural(float(free)):.6g}" for free in column]
        for c, column in zip(result.constants, draws.T, strict=True)
    ]
    rows = [
        {"draw": i} | {c.path: v for c, v in zip(result.constants, row, strict=True)}
        for i, row in enumerate(zip(*columns, strict=True), start=1)
    ]
    _write_text(path, _csv(rows))


def sample(result: Calibrated) -> list[dict[str, float]]:
    """The simulated draws on the natural scale, each with its weight."""
    posterior = result.posterior
    return [
        {"weight": float(weight)}
        | {c.path: c.natural(float(f)) for c, f in zip(result.constants, point, strict=True)}
        for point, weight in zip(posterior.draws, posterior.weights, strict=True)
    ]


def record(result: Calibrated, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Mode, widths, what the targets inform, and how each target fits."""
    posterior, found = result.posterior, result.found
    offsets = np.array(PROFILE_SDS)
    return {
        "place": result.place.name,
        "settings": dict(settings),
        "losses": list(found.losses),
        "constants": [
            {
                "name": c.path, "start": c.start, "value": c.natural(float(free)),
                "low": c.natural(float(free - 1.96 * sd)),
                "high": c.natural(float(free + 1.96 * sd)),
                "scale": c.scale, "posterior_to_prior_sd": float(shrinkage),
                "informed": bool(shrinkage <= 0.7),
                "profile": [
                    {"prior_sds": float(o), "loss_rises_by": float(r)}
                    for o, r in zip(offsets, profile(found, i, offsets), strict=True)
                ],
            }
            for i, (c, free, sd, shrinkage) in enumerate(
                zip(result.constants, found.free, posterior.sd, posterior.shrinkage, strict=True)
            )
        ],
        "uninformed": posterior.uninformed(result.constants),
        "confounded": posterior.confounded(result.constants),
        "effective_sample": posterior.effective,
        "sample": sample(result),
        "emulator_noise": found.emulator.noise,
        "before": [asdict(row) for row in result.before],
        "after": [asdict(row) for row in result.after],
    }  # fmt: skip


def set_scalars(text: str, changes: Mapping[tuple[str, ...], str]) -> str:
    r"""Replace scalars of a YAML text by path, leaving all other characters as they are.

    A path whose last key is missing is left out, unless its parent is: then the whole branch is
    appended at the end of the section it belongs to.

    Examples
    --------
    >>> set_scalars("a:\n  b: {value: 1, note: x}  # why\n", {("a", "b", "value"): "2"})
    'a:\n  b: {value: 2, note: x}  # why\n'
    """
    missing: dict[tuple[str, ...], str] = {}
    spans: list[tuple[int, int, str]] = []
    root = yaml.compose(text)
    for path, value in changes.items():
        node = _node(root, path)
        if isinstance(node, yaml.ScalarNode):
            spans.append((node.start_mark.index, node.end_mark.index, value))
        elif _node(root, path[:-1]) is None or path[-1] not in ("note",):
            missing[path] = value
    for start, end, value in sorted(spans, reverse=True):
        text = text[:start] + value + text[end:]
    return _appended(text, missing)


def _node(root: yaml.Node | None, path: tuple[str, ...]) -> yaml.Node | None:
    node = root
    for key in path:
        if not isinstance(node, yaml.MappingNode):
            return None
        node = next((value for name, value in node.value if name.value == key), None)
    return node


def _appended(text: str, missing: Mapping[tuple[str, ...], str]) -> str:
    """Add numbers that the file did not state, as ``{value, source: fitted, note}``."""
    branches: dict[tuple[str, str, str], dict[str, str]] = {}
    for path, value in missing.items():
        section, rule, name = path[:3]
        branch = branches.setdefault((section, rule, name), {})
        branch[".".join(path[3:])] = value
    for (section, rule, name), parts in branches.items():
        keyed = {k.split(".", 1)[1]: v for k, v in parts.items() if k.startswith("value.")}
        value = (
            "{" + ", ".join(f"{k}: {v}" for k, v in keyed.items()) + "}"
            if keyed
            else parts.get("value", "null")
        )
        note = parts.get("note", "calibrated")
        line = f"    {name}: {{value: {value}, source: fitted, note: {note}}}\n"
        root = yaml.compose(text)
        group = _node(root, (section, rule))
        whole = _node(root, (section,))
        if group is not None:
            at = text.rindex("\n", 0, group.start_mark.index) + 1
            text = text[:at] + line + text[at:]
        elif whole is not None:
            at = text.rindex("\n", 0, whole.start_mark.index) + 1
            text = text[:at] + f"  {rule}:\n{line}" + text[at:]
        else:
            text = f"{text.rstrip()}\n\n{section}:\n  {rule}:\n{line}"
    return text


def _quoted(note: str) -> str:
    return "'" + note.replace("'", "''") + "'"


def _csv(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _write_text(path: Path, text: str) -> None:
    aside = path.with_name(path.name + ".tmp")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, path)
