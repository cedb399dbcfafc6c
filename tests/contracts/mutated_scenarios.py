"""Scenario files as a careless or hostile stranger might write them: shipped ones, mutated."""

import copy

import yaml
from hypothesis import strategies as st

from sim.app.shipped import shipped
from sim.experiment.scenario import KINDS, scenarios_in

SHIPPED = scenarios_in([shipped("scenarios")])
CONTENTS = {kind: [one.content for one in SHIPPED.load_all(kind)] for kind in KINDS}
TEXTS = {kind: [one.file.text for one in SHIPPED.load_all(kind)] for kind in KINDS}


def keys_of(value):
    """Every key in a nest of mappings."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from keys_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_of(part)


KEYS = sorted({key for contents in CONTENTS.values() for one in contents for key in keys_of(one)})
NAMES = sorted({name for kind in KINDS for name in SHIPPED.names(kind)})

JUNK = st.one_of(
    st.sampled_from([
        None, True, False, 0, 1, -1, 2, 0.5, -0.5, 1e-300, 1e9, 1e308, -1e308, 2**31, 2**63, 2**70,
        10**39, float("nan"), float("inf"), "", " ", "x", "null", "1e5", "true", "???", "${x}",
        "0.5", "a: b", "é", "x" * 5_000, [], {}, [[]], [None], {"": 1}, {"a": {"b": {}}}, [1, "a"],
        ["rearrest"], {"value": 1.0}, {"low": 0.0, "high": 1.0}, {"at_least": 1}, "2026-11-07",
    ]),
    st.integers(-10, 10_000), st.floats(-1e6, 1e6, allow_nan=False), st.text(max_size=20),
    st.sampled_from(KEYS), st.sampled_from(NAMES),
    st.lists(st.sampled_from([*NAMES, *KEYS[:50]]), max_size=4),
    st.dictionaries(st.sampled_from(KEYS), st.one_of(st.none(), st.floats(0, 2)), max_size=3),
)  # fmt: skip
FACTORS = st.sampled_from([0, -1, 0.5, 2, 10, 1000, 1e-6, 1e6])
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["replace", "replace", "delete", "rename", "add", "scale", "swap", "nest"]),
        st.integers(0, 10_000), st.integers(0, 10_000), JUNK, FACTORS, st.sampled_from(KEYS),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def slots(value, found=None):
    """Every (container, key) in a nest, outermost first."""
    found = [] if found is None else found
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(pairs):
        found.append((value, key))
        if isinstance(part, (dict, list)):
            slots(part, found)
    return found


def mutate(content, mutations):
    """A copy of a file's content after some mutations."""
    content = copy.deepcopy(content)
    for kind, at, other, junk, factor, name in mutations:
        places = slots(content)
        if not places:
            break
        box, key = places[at % len(places)]
        if kind == "replace":
            box[key] = copy.deepcopy(junk)
        elif kind == "delete":
            del box[key]
        elif kind == "rename" and isinstance(box, dict):
            box[name] = box.pop(key)
        elif kind == "add" and isinstance(box, dict):
            box[name] = copy.deepcopy(junk)
        elif kind == "scale" and isinstance(box[key], (int, float)):
            box[key] = box[key] * factor
        elif kind == "swap":
            box2, key2 = places[other % len(places)]
            box[key] = copy.deepcopy(box2[key2])
        elif kind == "nest":
            box[key] = {name: box[key]}
    return content


@st.composite
def contents(draw, kind):
    """YAML text of a mutated mapping."""
    content = mutate(draw(st.sampled_from(CONTENTS[kind])), draw(MUTATIONS))
    return "# Why?\n" + yaml.dump(content, allow_unicode=True, sort_keys=False)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 100_000), st.integers(0, 30),
        st.sampled_from(["", "\n", ":", ": ", "- ", "{", "}", "[", "]", "#", "'", '"', "&a ", "*a",
                         "!!int ", "|", ">", "%", "@", "\t", "  ", "---\n", "0", "-", ".", "e9",
                         "\\", "\0", "\x1b", "\ufeff", "é", "🙂", ",", "null", "? ", "<<: "]),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@st.composite
def texts(draw, kind):
    """Text of a file with characters cut out and put in."""
    text = draw(st.sampled_from(TEXTS[kind]))
    for at, length, new in draw(EDITS):
        place = at % (len(text) + 1)
        text = text[:place] + new + text[place + length :]
    return text
