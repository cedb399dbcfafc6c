"""The two pages of a rich study, in both languages: whole, readable by all, and alike."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from analysis import report
from analysis.catalogue import entries, read_catalogue
from analysis.errors import AnalysisError
from analysis.language import LOCALE, check_language, languages, using
from analysis.report import write_report
from analysis.sources import value_text
from analysis.words import date_text, duration, joined, level, number, plain
from tests.unit.messages import messages, words_of_the_model
from tests.unit.synthetic_store import Design, write_store

RICH = Design(
    replications=2, releases_a_month=5, months=60, is_rich=True, draws=20,
    policies=("status_quo", "prison_rehabilitation", "restorative_justice"),
)  # fmt: skip


class Page(HTMLParser):
    """Collects headings, tables, figures and text; what is in an SVG or the style is apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.headers_without_scope = 0
        self.svgs: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self.drawn: list[str] = []
        self.language = ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("svg", "style", "head"):
            self._inside.append(tag)
        if tag == "svg":
            self.svgs.append(values)
        if tag == "html":
            self.language = str(values.get("lang"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and values.get("scope") not in ("col", "row", "rowgroup"):
            self.headers_without_scope += 1

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)
        elif self._inside == ["svg"]:
            self.drawn.append(data)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, Path]]:
    """Language -> (html, markdown, folder of the figures as they were)."""
    folder = write_store(tmp_path_factory.mktemp("rich"), RICH)
    found = {}
    for language in ("fr", "en"):
        write_report(folder, language=language)
        found[language] = (
            (folder / "report.html").read_text(encoding="utf-8"),
            (folder / "report.md").read_text(encoding="utf-8"),
            folder / "figures",
        )
    return found


def test_every_chapter_and_figure_of_a_rich_study_is_there(pages):
    html, _markdown, figures = pages["en"]
    for key, _title, _blocks in report.CHAPTERS:
        assert f'<section id="{key}">' in html
    for name in ("ratios", "prison", "incidence-rearrest", "hazards", "plane", "acceptability",
                 "evidence", "gaps", "naive", "shapley", "tornado", "costs"):  # fmt: skip
        assert list(figures.glob(f"us_states-{name}*.svg")), name
    assert len(html) < 2_000_000


def test_a_table_of_data_lies_beside_every_chart(pages):
    html, _markdown, figures = pages["en"]
    pictures = {path.stem for path in figures.glob("*.svg")}
    assert len(pictures) == len(Page(html).svgs) > 15
    assert pictures == {path.stem for path in figures.glob("*.csv")}
    for name in pictures:
        table = pd.read_csv(figures / f"{name}.csv")
        assert len(table) > 0, name
        assert f"figures/{name}.csv" in html


@pytest.mark.parametrize("language", ["en", "fr"])
def test_those_who_do_not_see_it_can_read_the_page(pages, language):
    html, _markdown, _figures = pages[language]
    page = Page(html)
    assert page.language == language
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(page.headings))
    assert page.headers_without_scope == 0
    assert '<a class="skip" href="#main">' in html and '<main id="main">' in html
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.svgs)
    described = re.findall(r"<desc>(.*?)</desc>", html, re.DOTALL)
    assert len(described) == len(page.svgs) and all(len(text) > 20 for text in described)


def relative_luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_has_the_contrast_that_wcag_aa_asks_for(pages):
    css = (Path(report.__file__).parent / "templates" / "report.css").read_text()
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
    colours = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", css))
    colours |= {named[name] for name in re.findall(r"[^-]color: var\(--(\w+)\)", css)}
    html, _markdown, _figures = pages["en"]
    colours |= set(re.findall(r"<text[^>]*fill: (#[0-9a-f]{6})", html))
    assert len(colours) >= 5
    for ground in ("#ffffff", named["tint"]):
        for colour in colours:
            light = sorted([relative_luminance(colour), relative_luminance(ground)])
            assert (light[1] + 0.05) / (light[0] + 0.05) >= 4.5, (colour, ground)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_markdown_twin_has_the_same_numbers_as_the_page(pages, language):
    html, markdown, _figures = pages[language]
    text = re.sub(r"!\[.*?\]\(.*?\)", "", markdown).replace("\\", "")

    def numbers(words: str) -> Counter[str]:
        return Counter(re.findall(r"\d+(?:[.,\u202f]\d+)*", words))

    in_page, in_twin = numbers(" ".join(Page(html).words)), numbers(text)
    assert sum(in_page.values()) > 500
    assert in_page == in_twin


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_cell_shows_what_only_a_program_understands(pages, language):
    html, markdown, _figures = pages[language]
    page = Page(html)
    for text in (" ".join(page.words), " ".join(page.drawn), markdown.replace("\\", "")):
        assert not re.search(r"\b(nan|inf|None|null|NaN)\b", text)
        assert "{" not in text and "}" not in text
        assert not re.search(r"\de[+-]?\d", text), "a number in the notation of programs"


def test_every_english_text_has_its_french_one():
    french = {entry.msgid: entry for entry in entries(LOCALE / "fr.po")}
    missing = [text for text, _plural in messages() if text not in french]
    assert missing == []
    assert [text for text in french if text and not french[text].is_translated] == []
    for text, several in messages():
        assert french[text].msgid_plural == several, text


def test_the_words_of_the_model_are_in_the_catalogue():
    french = {entry.msgid for entry in entries(LOCALE / "fr.po")}
    words = words_of_the_model()
    known = [text for text in words if text in french]
    # A new rule may come without its French label, which is then shown in English.
    assert len(known) > 0.8 * len(words)


def test_translations_keep_every_field_of_the_sentence():
    for entry in entries(LOCALE / "fr.po"):
        if not entry.msgid:
            continue
        wanted = set(re.findall(r"{(\w+)}", entry.msgid))
        for text in entry.msgstr.values():
            assert set(re.findall(r"{(\w+)}", text)) == wanted, entry.msgid


def test_the_french_page_says_nothing_in_english_of_what_the_report_says(pages):
    """No sentence of the catalogue is left in English; the author's own titles are."""
    html, markdown, _figures = pages["fr"]
    page = Page(html)
    text = " ".join([*page.words, *page.drawn, markdown.replace("\\", "")])
    text = re.sub(r"\s+", " ", text)
    french = {entry.msgid: entry.msgstr.get(0, "") for entry in entries(LOCALE / "fr.po")}
    english = [
        part.strip()
        for msgid, _several in messages() if french[msgid] != msgid
        for part in re.split(r"{\w+}", msgid) if len(part.strip()) > 14 and " " in part.strip()
    ]  # fmt: skip
    titles = "Rehabilitation in prison, treatment places per 100 people in prison"
    left = [part for part in english if part in text and part not in titles]
    assert len(english) > 250
    assert left == []


def test_french_writes_numbers_and_dates_as_french_does():
    with using("fr"):
        assert number(-1234.5, 1) == "−1\N{NARROW NO-BREAK SPACE}234,5"
        assert plain(0.021) == "0,021" and level(0.975) == "97,5\N{NO-BREAK SPACE}%"
        assert date_text("2026-11-24T10:00:41") == "24 novembre 2026, 10:00"
        assert duration(12) == "un an" and duration(36) == "trois ans"
        assert joined(["a, b", "c", "d"]) == "a, b\N{NARROW NO-BREAK SPACE}; c et d"
    assert number(-1234.5, 1) == "−1,234.5"


def test_french_names_the_rows_of_a_table_too():
    with using("fr"):
        assert value_text({"short_custody": 0.5, "drug>public_order": 2}) == (
            "courte détention 0,5, stupéfiants>ordre public 2"
        )


def test_french_puts_its_spaces_before_high_punctuation():
    for entry in entries(LOCALE / "fr.po"):
        for text in entry.msgstr.values():
            if entry.msgid and not entry.msgctxt:
                assert not re.search(r"(?<![\u202f\u00a0])[;!?](?=\s|$)", text), text
                assert not re.search(r"(?<![\u00a0\d]):(?=\s|$)", text), text
                assert not re.search(r" %", text), text


def test_a_catalogue_is_read_as_gettext_reads_it(tmp_path: Path):
    path = tmp_path / "xx.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        '# a comment\nmsgctxt "mark"\nmsgid "."\nmsgstr ","\n\n'
        'msgid "one "\n"line\\n"\nmsgstr "une "\n"\\"ligne\\"\\n"\n\n'
        'msgid "{n} thing"\nmsgid_plural "{n} things"\nmsgstr[0] "{n} chose"\n'
        'msgstr[1] "{n} choses"\n\n#, fuzzy\nmsgid "unsure"\nmsgstr "peut-être"\n',
        encoding="utf-8",
    )
    read = read_catalogue(path)
    assert read.gettext("one line\n") == 'une "ligne"\n'
    assert read.pgettext("mark", ".") == "," and read.gettext(".") == "."
    assert [read.ngettext("{n} thing", "{n} things", n) for n in (0, 1, 2)] == [
        "{n} chose", "{n} chose", "{n} choses",
    ]  # fmt: skip
    assert read.gettext("unsure") == "unsure"
    path.write_text('msgid "a"\nmsgstr "b\n', encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"line 2 of the catalogue cannot be read"):
        read_catalogue(path)


def test_the_languages_are_those_with_a_catalogue():
    assert languages() == ("en", "fr")
    with pytest.raises(AnalysisError, match=r"unknown report language 'de'; use one of: en, fr"):
        check_language("de")
