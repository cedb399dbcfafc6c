"""Scenario files that must be refused in one line: (what it is, path, content, what is said)."""

import re
from dataclasses import dataclass
from itertools import pairwise

from sim.app.shipped import shipped

STUDY = (
    "# Why?\njurisdictions: [us_states]\npolicies: [status_quo, restorative]\n"
    "persons: 300\nmonths: 6\nstart: 2\nwarmup_months: 2\nreplications: 1\nhorizons: [1]\n"
)
POLICY = "# What if?\ntitle: Mine\nparagraphs: [42]\ndials:\n  restorative_justice:\n"
PLACE = (shipped("scenarios") / "jurisdiction/us_states.yaml").read_text(encoding="utf-8")
TRIAL = (shipped("scenarios") / "trial/cbt_prison.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Hostile:
    """A file at ``path`` in a scenario folder, and words of the line that refuses it."""

    what: str
    content: str | bytes
    said: str
    path: str = "study/own.yaml"
    has_place: bool = False

    @property
    def raw(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.encode()


def study(what, more, said, **changes):
    text = STUDY
    for key, value in changes.items():
        old = next(line for line in STUDY.splitlines() if line.startswith(f"{key}: "))
        text = text.replace(old, f"{key}: {value}")
    return Hostile(what, text + more, said)


def policy(what, dials, said):
    return Hostile(what, POLICY + dials, said, "policy/restorative.yaml")


def place(what, pattern, new, said):
    text, count = re.subn(pattern, lambda _: new, PLACE, count=1)
    assert count, pattern
    return Hostile(what, text, said, "jurisdiction/us_states.yaml")


def trial(what, pattern, new, said):
    text, count = re.subn(pattern, lambda _: new, TRIAL, count=1)
    assert count, pattern
    return Hostile(what, text, said, "trial/own.yaml")


def draws(what, text, said, path="jurisdiction/us_states.posterior.csv"):
    return Hostile(what, text, said, path, has_place=True)


CALLBACK = "hydra: {callbacks: {x: {_target_: os.mkdir, path: harm}}}\n"
BIG = "z" * 3_000

PROGRAM = [
    study("hydra block", CALLBACK, "the key 'hydra' is not allowed (own/study/own.yaml:10)"),
    study("hydra block, dotted", "hydra.run.dir: x\n", "'hydra.run.dir' is not allowed"),
    study("hydra group key", "hydra/callbacks: x\n", "'hydra/callbacks' is not allowed"),
    study("hydra at a package", "hydra@x: y\n", "'hydra@x' is not allowed"),
    study("hydra block in quotes", '"hydra": {}\n', "'hydra' is not allowed"),
    study("hydra block by escapes", '"\\x68ydra": {}\n', "'hydra' is not allowed"),
    study("hydra block further in", "dials: {hydra: {}}\n", "'hydra' is not allowed"),
    study("_target_", "x: {_target_: os.system, command: ls}\n", "'_target_' is not allowed"),
    study("_partial_ in a list", "x: [{_partial_: true}]\n", "'_partial_' is not allowed"),
    study("()", "x: {(): os.system}\n", "the key '()' is not allowed"),
    study("() at the top", "'()': os.system\n", "the key '()' is not allowed"),
    study("dunder key", "__class__: x\n", "'__class__' is not allowed"),
    Hostile("package _global_", "# @package _global_\n" + STUDY + CALLBACK, "remove the line"),
    Hostile("package hydra", "# @package hydra\n" + STUDY, "remove the line with @package"),
    Hostile("package, spaced", "#    @package  _global_\n" + STUDY, "remove the line"),
    Hostile("package further down", "# Why?\n\n   # @package _group_\n" + STUDY, "remove"),
    Hostile("unknown header", "# @settings x\n" + STUDY, "remove the @"),
    Hostile("default of hydra", "defaults:\n- override /hydra/launcher: joblib\n" + STUDY,
            "a default that is not the plain name"),
    Hostile("default of another group", "defaults: [/engine: serial]\n" + STUDY, "not the plain"),
    Hostile("default with package", "defaults: [kyoto_core@_global_]\n" + STUDY, "not the plain"),
    Hostile("default with ..", "defaults: [../../../etc/passwd]\n" + STUDY, "not the plain"),
    Hostile("default with a path", "defaults: [/etc/passwd]\n" + STUDY, "not the plain"),
    Hostile("optional default", "defaults: [optional x]\n" + STUDY, "not the plain name"),
    Hostile("null default", "defaults: [null]\n" + STUDY, "not the plain name"),
    Hostile("default by expression", "defaults: ['${oc.env:HOME}']\n" + STUDY, "not the plain"),
    Hostile("defaults, not a list", "defaults: kyoto_core\n" + STUDY, "defaults are not a list"),
    Hostile("builds on itself", "defaults: [own]\n" + STUDY, "builds on itself"),
    Hostile("a default that is not there", "defaults: [nowhere]\n" + STUDY, "nowhere"),
    Hostile("defaults in a policy", "defaults: [status_quo]\n" + POLICY, "stands on its own",
            "policy/restorative.yaml"),
    Hostile("defaults in a place", "defaults: [japan]\n" + PLACE, "stands on its own",
            "jurisdiction/us_states.yaml"),
    Hostile("hydra block in a policy", POLICY + "  hydra: {}\n", "'hydra' is not allowed",
            "policy/restorative.yaml"),
    Hostile("hydra block in a trial", TRIAL + CALLBACK, "'hydra' is not allowed",
            "trial/own.yaml"),
    Hostile("_target_ in a trial", TRIAL + "x: {_target_: os.getcwd}\n", "not allowed",
            "trial/own.yaml"),
]  # fmt: skip

EXPRESSIONS = [
    study(f"expression {text}", f"title: '{text}'\n", "the expression '${")
    for text in (
        "${oc.env:HOME}", "${ oc.env:HOME }", "${oc.env:HOME,x}", "a ${oc.env:HOME} b",
        "${oc.decode:'[1]'}", "${oc.create:{}}", "${oc.dict.keys:study}", "${oc.deprecated:x}",
        "${hydra:runtime.cwd}", "${now:%Y}", "${python_version:}", "${mine:x}",
        "${oc.select:${oc.env:HOME},1}", "${study.${oc.env:HOME}}", "${study.title}",
        "\\\\${oc.env:HOME}",
    ) if "'" not in text and "\\" not in text
] + [
    study("expression for a number", "", "the expression '${study.months'",
          persons="${study.months}"),
    study("expression as a key", "'${oc.env:HOME}': x\n", "the expression '${oc.env:HOME'"),
    study("escaped expression", "title: '\\${oc.env:HOME}'\n", "the expression"),
    study("laughs by expressions", "title: ${study.a}\n" + "".join(
        f"{a}: '${{study.{b}}}${{study.{b}}}'\n" for a, b in pairwise("abcdefghi")
    ), "the expression"),
    Hostile("expression in a policy", POLICY.replace("Mine", "${oc.env:HOME}"), "the expression",
            "policy/restorative.yaml"),
    place("expression in a place", "currency: USD", "currency: '${oc.env:HOME}'",
          "the expression"),
    trial("expression in a trial", r"n: \d+", "n: '${oc.env:HOME}'", "the expression"),
    study("a value left out", "", "a value is missing", persons="???"),
]  # fmt: skip

YAML = [
    study("billion laughs", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "anchors and alias"),
    study("an anchor alone", "title: &a x\n", "anchors and aliases are not allowed"),
    study("an alias to nothing", "title: *a\n", "anchors and aliases are not allowed"),
    study("an anchor within itself", "x: &x [*x]\n", "anchors and aliases are not allowed"),
    study("merge key", "dials: {<<: {restorative_justice: {referral: 1.0}}}\n", "must be text"),
    study("python tag", "title: !!python/object/apply:os.system [ls]\n", "is not allowed"),
    study("python name", "title: !!python/name:os.system\n", "is not allowed"),
    study("own tag", "title: !mine x\n", "the tag !mine is not allowed"),
    study("binary tag", "title: !!binary aGk=\n", "is not allowed"),
    study("set tag", "dials: !!set {a, b}\n", "is not allowed"),
    study("a truth value by tag", "title: !!bool maybe\n", "is not allowed"),
    study("a time by tag", "title: !!timestamp soon\n", "is not allowed"),
    study("a number by tag", "title: !!int x\n", "is not allowed"),
    study("deep nesting", "x: " + "[" * 40 + "]" * 40 + "\n", "nested too deeply"),
    study("very deep nesting", "x: " + "[" * 100_000 + "\n", "nested too deeply"),
    study("deep mappings", "x: " + "{a: " * 40 + "1" + "}" * 40 + "\n", "nested too deeply"),
    study("many entries", "outcomes: [" + "a, " * 30_000 + "a]\n", "more than 10,000 entries"),
    study("huge file", f"# {'x' * 300_000}\n", "file too large"),
    study("a key twice", "persons: 400\n", "'persons' appears twice (own/study/own.yaml:10)"),
    study("a key twice further in", "dials: {a: {b: 1, b: 2}}\n", "the key 'b' appears twice"),
    study("two documents", "---\npersons: 1\n", "but found another document"),
    study("a tab", "\tx: 1\n", "not valid YAML (own/study/own.yaml:10)"),
    study("open bracket", "title: [open\n", "not valid YAML (own/study/own.yaml:"),
    study("open quote", "title: 'open\n", "not valid YAML (own/study/own.yaml:"),
    study("colon in a value", "title: a: b\n", "not valid YAML (own/study/own.yaml:10)"),
    study("a key that is a list", "? [a, b]\n: c\n", "a key must be text"),
    study("a key that is a number", "12: x\n", "a key must be text"),
    study("a key that is a truth value", "no: x\n", "a key must be text"),
    study("a key that is null", "~: x\n", "a key must be text"),
    Hostile("another version of YAML", "%YAML 9.1\n---\n" + STUDY, "not valid YAML"),
    Hostile("empty", "", "'jurisdictions' is missing"),
    Hostile("comment only", "# Why?\n", "'jurisdictions' is missing"),
    Hostile("a list", "- a\n- b\n", "expected lines of 'key: value'"),
    Hostile("words", "just words\n", "expected lines of 'key: value'"),
    Hostile("null", "null\n", "expected lines of 'key: value'"),
    Hostile("JSON, cut off", '{"jurisdictions": ["us_states"', "not valid YAML"),
    Hostile("not UTF-8", STUDY.encode() + b"title: \xe9t\xe9\n", "save it as UTF-8"),
    Hostile("UTF-16", STUDY.encode("utf-16"), "save it as UTF-8"),
    Hostile("byte order mark", "\ufeff" + STUDY, "without BOM"),
    Hostile("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a text file"),
    study("NUL", "title: a\0b\n", "a control character, U+0000 (own/study/own.yaml:10)"),
    study("escape sequence", "title: a\x1b[2Jb\n", "a control character, U+001B"),
    study("escape sequence, escaped", 'title: "\\e[2J"\n', "a control character in a text"),
    study("text turned round", "title: a\u202eb\n", "a control character, U+202E"),
    study("half a character", 'title: "\\ud800"\n', "a control character in a text"),
]  # fmt: skip

NUMBERS = [
    study("not a number", "confidence: .nan\n", "'.nan' is no plain number"),
    study("infinite", "cell_seconds: .inf\n", "'.inf' is no plain number"),
    study("infinite by exponent", "cell_seconds: 1e999\n", "is too large"),
    study("negative", "", "persons is -5 (own/study/own.yaml:4)", persons="-5"),
    study("zero", "", "it must be at least 1", persons="0"),
    study("a hundred thousand digits", "", "more than 40 digits", persons="1" * 100_000),
    study("digits without end, almost a float", "", "persons", persons="1" * 100_000 + "x"),
    study("a huge whole number", "", "at most", persons="9" * 30),
    study("base 60", "", "'5:00' is no plain number", persons="5:00"),
    study("base 8", "", "'0300' is no plain number", persons="0300"),
    study("base 16", "", "'0x1F' is no plain number", persons="0x1F"),
    study("a date", "", "expected a whole number", persons="2026-11-07"),
    study("a fraction of a person", "", "expected a whole number", persons="300.5"),
    study("a truth value", "", "expected a whole number", persons="true"),
    study("a text", "", "expected a whole number", persons="many"),
    study("more people than the limit", "", "--allow-large", persons="20_000_000"),
    study("more people than ever", "", "at most 50,000,000", persons="60_000_000"),
    study("more months than the limit", "", "--allow-large", months="900"),
    study("more cells than the limit", "draws: 4000\n", "200,000", replications="100000"),
    study("more draws than the limit", "draws: 100000\n", "--allow-large"),
    study("more points than the limit", "vary: {dials.restorative_justice.referral: {}}\n"
          "design: {kind: saltelli, size: 1000000}\n", "--allow-large"),
    study("more disk than the limit", "", "disk", persons="10_000_000", months="500",
          replications="120", warmup_months="0"),
    study("a grid without end", "vary: {dials.restorative_justice.referral: {}, "
          "dials.restorative_justice.in_custody: {}, dials.restorative_justice.circle: {}}\n"
          "design: {kind: grid, levels: 1000}\n", "1,000,000,000 points"),
]  # fmt: skip

TYPES = [
    study("unknown key", "person: 5\n", "Did you mean 'persons'?"),
    study("unknown key with a huge value", f"x: {BIG}\n", "unknown key 'x'"),
    study("empty key", "'': x\n", "unknown key ''"),
    study("a mapping for a title", "title: {a: 1}\n", "expected text"),
    study("a list for dials", "dials: [1]\n", "own"),
    study("a number for a lever", "dials: {restorative_justice: 3}\n", "key: value"),
    study("unknown lever", "dials: {restorative_justce: {x: 1}}\n", "'restorative_justice'?"),
    study("unknown outcome", "outcomes: [rearest]\n", "Did you mean 'rearrest'?"),
    study("unknown policy", "", "Did you mean 'restorative'?", policies="[restoritive]"),
    study("a policy by path", "", "unknown policy", policies="[../policy/restorative]"),
    study("a policy that is a mapping", "", "policies", policies="[{a: b}]"),
    study("a place by path", "", "unknown jurisdiction", jurisdictions="[../../secret]"),
    study("a weight that is text", "weights: {rearrest: much}\n", "weights.rearrest"),
    study("a design of no kind", "design: {kind: magic}\n", "unknown design.kind 'magic'"),
    study("to vary what is not there", "vary: {dials.nothing.x: {}}\n", "unknown lever 'nothing'"),
    policy("a dial out of range", "    referral: 7\n", "(own/policy/restorative.yaml:6)"),
    policy("a dial of a thousand letters", f"    referral: {BIG}\n", "expected a number"),
    policy("a dial that is a list", "    referral: [0.5]\n", "(own/policy/restorative.yaml:6)"),
    policy("a dial that is null", "    referral: null\n", "(own/policy/restorative.yaml:6)"),
    policy("a dial that is infinite", "    referral: .inf\n", "no plain number"),
    policy("an unknown dial", "    referal: 0.5\n", "Did you mean 'referral'?"),
    policy("an unknown lever", "    referral: 0.5\n  fine: {}\n", "Did you mean 'fines'?"),
    policy("an unknown key", "    referral: 0.5\nhorizons: [1]\n", "unknown key 'horizons'"),
    policy("dials without end", "    referral: " + "{a: " * 30 + "}" * 30 + "\n", "too deeply"),
    place("a place with an unknown key", r"communities: \d+", "colour: blue\ncommunities: 8",
          "own/jurisdiction/us_states.yaml:10"),
    place("a place with a name", r"communities: \d+", "name: x", "its file's name is its name"),
    place("a place without people", r"value: \d+\n  unit", "value: none\n  unit",
          "population.value"),
    place("a place without a source", "source: us_prison_stock_01", "source: hearsay",
          "unknown source 'hearsay' (own/jurisdiction/us_states.yaml"),
    place("a figure out of range", r"male_share: \{value: [\d.]+", "male_share: {value: 83",
          "0 to 1"),
    place("a figure that is not there", "prison_stock:", "prison_stok:", "'prison_stock'?"),
    place("a table without its rows", r"\{violent: [^}]*\}", "{}", "group_share"),
    place("a table that adds up to nothing", r"\{violent: [^}]*\}", "{violent: 0.0}",
          "in 'population'"),
    place("a median above the mean", "served_median:", "served_median: {value: {drug: 50.0}, "
          "source: assumed, note: x}\n    served_mean:", "twice"),
    place("a table of other rows", r"\{drug: [\d.]+, public_order: [\d.]+\}", "{x: 0.1}",
          "discovery"),
    place("a list for figures", "figures:\n", "figures: []\nfigure:\n", "own/jurisdiction"),
    place("a thousand communities", r"communities: \d+", "communities: 1000", "communities"),
    trial("a trial with one arm", r"  usual_services: .*\n", "", "arms"),
    trial("a trial of nobody", r"n: \d+\n    dials", "n: 0\n    dials", "arms.treatment.n"),
    trial("an unknown key in a trial", "role:", "rule:", "unknown key 'rule'"),
    trial("an unknown event", "event: in prison", "event: in prision", "Did you mean 'in prison'?"),
    trial("an unknown column", "months_left:", "month_left:", "Did you mean 'months_left'?"),
    trial("a place that is not there", "jurisdiction: us_states", "jurisdiction: us_state",
          "Did you mean 'us_states'?"),
    trial("an interval the wrong way", r"low: [\d.]+", "low: 0.9", "outside its interval"),
]  # fmt: skip

PLACES = [
    Hostile("wrong folder", STUDY, "in the wrong place", "engine/local.yaml"),
    Hostile("hydra folder", STUDY, "in the wrong place", "hydra/launcher/joblib.yaml"),
    Hostile("primary config", STUDY, "in the wrong place", "compare.yaml"),
    Hostile("plural folder", STUDY, "rename the folder to 'study'", "studies/own.yaml"),
    Hostile("folder in a folder", STUDY, "in the wrong place", "study/more/own.yaml"),
    Hostile("capital folder", STUDY, "in the wrong place", "Study/own.yaml"),
    Hostile(".yml", STUDY, "named NAME.yaml", "study/own.yml"),
    Hostile(".YAML", STUDY, "named NAME.yaml", "study/own.YAML"),
    Hostile("a blank in the name", STUDY, "not a usable name", "study/a b.yaml"),
    Hostile("an override in the name", STUDY, "not a usable name", "study/a=b.yaml"),
    Hostile("a command in the name", STUDY, "not a usable name", "study/$(ls).yaml"),
    Hostile("an escape in the name", STUDY, "not a usable name", "study/a\x1b[2Jb.yaml"),
    Hostile("a line break in the name", STUDY, "not a usable name", "study/a\nb.yaml"),
    Hostile("dots in the name", STUDY, "not a usable name", "study/..a.b.yaml".replace("..", "x.")),
    Hostile("Python in a group", "import os\n", "scenarios are data", "study/own.py"),
    Hostile("Python beside the groups", "import os\n", "scenarios are data", "sitecustomize.py"),
    Hostile("compiled Python", b"\0", "scenarios are data", "policy/x.pyc"),
]  # fmt: skip

HEAD = "draw,offending.arrests_per_year,desistance.per_year\n"
DRAWS = [
    Hostile("draws without their place", HEAD + "1,0.6,0.03\n", "draws of a fit without their",
            "jurisdiction/us_states.posterior.csv"),
    Hostile("draws of a policy", HEAD + "1,0.6,0.03\n", "draws of a fit without their place",
            "policy/us_states.posterior.csv"),
    draws("draws of another place", HEAD + "1,0.6,0.03\n", "expected japan.yaml beside it",
          "jurisdiction/japan.posterior.csv"),
    draws("draws in capitals", HEAD + "1,0.6,0.03\n", "named NAME.posterior.csv",
          "jurisdiction/us_states.Posterior.CSV"),
    draws("empty draws", "", "not a file of draws"),
    draws("draws without a header", "1,0.6,0.03\n", "not a file of draws"),
    draws("draws of nothing", "draw\n1\n", "not a file of draws"),
    draws("a header alone", HEAD, "no draws (own/jurisdiction/us_states.posterior.csv)"),
    draws("draws with semicolons", HEAD.replace(",", ";") + "1;0.6;0.03\n", "not a file of draws"),
    draws("a column twice", "draw,a.b,a.b\n1,1,1\n", "the column 'a.b' appears twice"),
    draws("a draw cut off", HEAD + "1,0.6,0.03\n2,0.6\n",
          "1 numbers for 2 columns (own/jurisdiction/us_states.posterior.csv:3)"),
    draws("a draw left out", HEAD + "1,0.6,0.03\n3,0.6,0.03\n", "'3' is not draw 2"),
    draws("an empty line among draws", HEAD + "\n1,0.6,0.03\n", "0 numbers for 2 columns"),
    draws("a draw that is no number", HEAD + "1,0.6,nan\n", "desistance.per_year is 'nan'"),
    draws("a draw that is infinite", HEAD + "1,1e999,0.03\n", "expected a number"),
    draws("a draw that computes", HEAD + "1,=1+1,0.03\n", "is '=1+1'"),
    draws("a draw of a thousand letters", HEAD + f"1,{BIG},0.03\n", "expected a number"),
    draws("draws without end", HEAD + "1,0.6,0.03\n" * 30_000, "file too large"),
    draws("draws that are no text", b"draw,\xff\n", "not valid CSV"),
    draws("draws that steer the terminal", HEAD + "1,\x1b[2J,0.03\n", "a control character"),
]  # fmt: skip

FILES = [*PROGRAM, *EXPRESSIONS, *YAML, *NUMBERS, *TYPES, *PLACES, *DRAWS]
