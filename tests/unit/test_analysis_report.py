"""Report and figures: self-contained, safe, byte-stable, readable; errors of one line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.costs import TOTAL, cost_contrasts
from analysis.errors import AnalysisError
from analysis.figures.labels import separate
from analysis.manifest import parse_manifest
from analysis.matrix import glance, matrix
from analysis.report import write_report
from analysis.store import Store
from tests.unit.synthetic_store import Design, manifest, write_store
from tests.unit.test_analysis_findings import contrast

# A reference to anything but a place in the page itself.
WEB = re.compile(
    r"""\b(?:src|href|action|data)\s*=(?!\s*["']?\#)|url\((?!\s*["']?\#)|@import""", re.IGNORECASE
)


ONE = ("status_quo", "restorative_justice")
BASE = Design(replications=4, releases_a_month=6, policies=(
    "status_quo", "prison_rehabilitation", "noncustodial_sentences"))  # fmt: skip


class Page(HTMLParser):
    """Collects ids, references, tags, text and the security policy of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: set[str] = set()
        self.svgs: list[dict[str, str | None]] = []
        self.policy = ""
        self.text: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self._style = tag == "style"
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if values.get("href"):
            self.references.append(str(values["href"]))
        if tag == "svg":
            self.svgs.append(values)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(values["content"])

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text.append(data)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_store(tmp_path_factory.mktemp("run"), BASE)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def page(out: Path) -> Page:
    parsed = Page()
    parsed.feed((out / "report.html").read_text(encoding="utf-8"))
    return parsed


def test_the_report_asks_nothing_of_the_network_and_runs_no_script(out: Path, page: Page):
    text = (out / "report.html").read_text(encoding="utf-8")
    assert WEB.findall(text) == []
    assert "http:" not in text and "https:" not in text
    assert not page.tags & {"script", "iframe", "link", "img", "object", "form", "base"}
    assert page.policy.startswith("default-src 'none'")
    assert re.search(r"\son\w+\s*=", text) is None


def test_the_report_is_one_page_under_two_megabytes(out: Path, page: Page):
    assert (out / "report.html").stat().st_size < 2_000_000
    assert len(page.ids) == len(set(page.ids)), "an id stands twice in the page"
    missing = {ref[1:] for ref in page.references if ref.startswith("#")} - set(page.ids)
    assert missing == set()


def test_every_section_is_there_and_no_cell_shows_a_nan(page: Page):
    assert {"remember", "policies", "results", "certainty", "costs", "decision", "table", "method",
            "limits", "reproduce", "appendix"} <= set(page.ids)  # fmt: skip
    assert not {"evidence", "explained"} & set(page.ids), "chapters of what is not stored"
    words = " ".join(page.text)
    assert not re.search(r"\b(nan|inf|None|null)\b", words)
    assert "{" not in words and "}" not in words
    assert "Groups and policies, never scores for real individuals" in words
    assert "desist compare study=kyoto_core" in words
    assert "placeholder" in words and "unverified" in words


def test_text_from_the_manifest_is_escaped(out: Path):
    text = (out / "report.html").read_text(encoding="utf-8")
    assert "hazard &lt;of&gt; arrest &amp; others" in text and "<of>" not in text


def test_every_figure_lies_beside_the_report_with_its_data(out: Path, page: Page):
    pictures = sorted((out / "figures").glob("*.svg"))
    assert len(pictures) == len(page.svgs) > 10
    for picture in pictures:
        root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
        assert root.tag.endswith("svg") and root.get("role") == "img" and root.get("aria-label")
        text = picture.with_suffix(".csv").read_text(encoding="utf-8")
        assert len(text.splitlines()) > 2 and "nan" not in text.lower()


@pytest.mark.slow
def test_figures_are_the_same_byte_for_byte_in_another_process(out: Path, tmp_path: Path):
    again = write_store(tmp_path / "again", BASE)
    root = str(Path(analysis.__file__).parents[1])
    code = "import sys; from analysis.report import write_report; write_report(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(again)], check=True, cwd=root)
    for picture in (out / "figures").iterdir():
        assert picture.read_bytes() == (again / "figures" / picture.name).read_bytes()
    for name in ("report.html", "report.md"):
        assert (out / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize(
    "design",
    [
        Design(replications=1, releases_a_month=4, policies=ONE),
        pytest.param(Design(replications=3, null=True), marks=pytest.mark.slow),
        pytest.param(Design(replications=2, policies=ONE), marks=pytest.mark.slow),
        pytest.param(Design(replications=2, jurisdictions=("us_states", "elsewhere")),
                     marks=pytest.mark.slow),
        pytest.param(Design(replications=2, months=30, horizons=(12,)), marks=pytest.mark.slow),
        pytest.param(Design(replications=2, policies=("status_quo",)), marks=pytest.mark.slow),
        pytest.param(Design(replications=1, is_rich=True, draws=2), marks=pytest.mark.slow),
    ],
    ids=["one replication", "null study", "one policy", "two places", "short run", "baseline only",
         "rich with one replication"],
)  # fmt: skip
def test_edge_cases_give_a_whole_report(tmp_path: Path, design: Design):
    write_store(tmp_path, design)
    parsed = Page()
    parsed.feed(write_report(tmp_path).read_text(encoding="utf-8"))
    words = " ".join(parsed.text)
    assert not re.search(r"\b(nan|inf)\b", words)
    assert len(parsed.ids) == len(set(parsed.ids))
    if design.replications == 1:
        assert "one replication: no interval" in words and "no difference is claimed" in words
    if design.null:
        assert "No policy changes anything, in any replication." in words


def test_public_cost_is_the_stored_outcome_and_harm_is_never_in_it(out: Path):
    store = Store(out)
    series = store.series([name for name in store.columns("series")
                           if name.startswith(("cost_", "harm", "people"))])  # fmt: skip
    rows = cost_contrasts(series, store.manifest.study.start, "status_quo", 0.95, "USD")
    total = rows[rows["outcome"] == TOTAL].set_index("policy")
    stored = store.outcomes.query("outcome == 'public_cost_per_person_year'")
    means = stored.groupby("policy", observed=True)["value"].mean()
    for policy, row in total.iterrows():
        assert row["value"] == pytest.approx(means[policy], rel=1e-6)
    parts = rows[rows["outcome"].str.startswith("cost_") & (rows["outcome"] != TOTAL)]
    sums = parts.groupby("policy")["difference"].sum()
    assert sums.to_numpy() == pytest.approx(total["difference"][sums.index].to_numpy())


def test_end_labels_of_near_curves_never_overlap(out: Path):
    """Labels of the drawn curves, as they stand in the finished file, in the height of a line."""
    for picture in (out / "figures").glob("*-incidence-*.svg"):
        text = picture.read_text(encoding="utf-8")
        # Each stands behind the value its curve ends with.
        labels = re.findall(r'x="([\d.]+)" y="([\d.]+)">[−+]?[\d.]+  [^<]+</text>', text)
        columns: dict[float, list[float]] = {}
        for x, y in labels:
            columns.setdefault(float(x), []).append(float(y))
        assert sum(map(len, columns.values())) == 2 * len(BASE.policies) - 1, picture
        for heights in columns.values():
            assert all(b - a >= 7.5 for a, b in pairwise(sorted(heights)))


def test_labels_are_apart_in_order_and_moved_as_little_as_possible():
    placed = separate([0.50, 0.51, 0.90, 0.52], 0.1, 0.0, 1.0)
    ordered = sorted(placed)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(ordered))
    assert placed[2] == 0.90 and placed[1] == pytest.approx(0.51)
    assert min(separate([0.0, 0.0, 0.0], 0.2, 0.0, 1.0)) == 0.0


def test_many_policies_stand_below_each_other_and_few_side_by_side():
    rows = [contrast(policy=name, outcome=outcome) for outcome in ("rearrest", "offences")
            for name in "abcde"]  # fmt: skip
    study = parse_manifest(manifest(Design()))
    narrow, wide = matrix(rows, study), matrix([row for row in rows if row.policy < "d"], study)
    assert len(narrow.columns) == 3 and len(narrow.parts) == 2
    assert [len(part.lines) for part in narrow.parts] == [5, 5]
    assert len(wide.columns) == 4
    assert len(glance(rows, study).columns) == 2 and len(glance(rows, study).parts[0].lines) == 6


def drop_column(folder: Path) -> None:
    for path in (folder / "cells" / "cohort").glob("*.parquet"):
        pd.read_parquet(path).drop(columns="to_death").to_parquet(path)


def change_manifest(**values: object):
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (change_manifest(study={}), "study is incomplete"),
        (change_manifest(study=None), "does not describe a study"),
        (lambda folder: [path.unlink() for path in folder.glob("cells/*/*")], "no outcomes stored"),
        (lambda folder: [path.write_bytes(b"x") for path in folder.glob("cells/series/*")],
         "series cannot be read"),
        (drop_column, "cohort have no column 'to_death'"),
    ],
)  # fmt: skip
def test_a_folder_that_cannot_be_read_gives_one_line(tmp_path: Path, change, message):
    folder = write_store(tmp_path, Design(replications=1))
    change(folder)
    with pytest.raises(AnalysisError, match=message) as caught:
        write_report(folder)
    assert "\n" not in str(caught.value)
    assert not (folder / "report.html").exists()


def test_a_batch_without_outcomes_is_not_read(tmp_path: Path):
    folder = write_store(tmp_path, Design(replications=3))
    (folder / "cells" / "outcomes" / "us_states-00002.parquet").unlink()
    store = Store(folder)
    assert set(store.cohort()["replication"]) == {0, 1}
    assert set(store.series(["people"])["replication"]) == {0, 1}


def test_a_study_that_kept_only_its_outcomes_and_lost_cells_still_has_a_report(tmp_path: Path):
    design = Design(replications=2, releases_a_month=4, policies=ONE)
    write_store(tmp_path, design)
    for table in ("series", "cohort"):
        shutil.rmtree(tmp_path / "cells" / table)
    change_manifest(cells={"planned": 12, "done": 8, "failed": 4})(tmp_path)
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "4 cells of the run failed" in text
    page = Page()
    page.feed(text)
    assert {"results", "certainty", "decision"} <= set(page.ids)
    names = {path.stem for path in (tmp_path / "figures").glob("*.svg")}
    assert "us_states-forest-custody" in names
    assert not [name for name in names if "incidence" in name or "prison" in name]


def test_an_unknown_language_is_refused(out: Path):
    with pytest.raises(AnalysisError, match="unknown report language 'xx'"):
        write_report(out, language="xx")


def test_the_analysis_never_imports_the_model_and_only_figures_draw():
    root = Path(analysis.__file__).parent
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (sim|mesa|hydra)\b", text, re.MULTILINE), path
        if path.parent.name != "figures":
            assert "matplotlib" not in text.replace(":mod:", ""), path
