"""Random valid configurations: levers, dials, parameters and figures within their stated ranges."""

from hypothesis import strategies as st

from sim.rules import registry

FIGURES = {
    "offending__arrests_per_year": st.floats(0.0, 3.0),
    "hearings__capacity": st.floats(0.0, 60.0),
    "hearings__conviction": st.floats(0.0, 1.0),
    "hearings__preparation_months": st.floats(0.0, 12.0),
    "pretrial__detained_share": st.floats(0.0, 1.0),
    "custody__places": st.floats(0.0, 120.0),
    "custody__remand_in_prison": st.booleans(),
    "disposal__short_custody_in_prison": st.booleans(),
    "release__conditional_share": st.floats(0.0, 1.0),
    "supervision__breach_conditional": st.floats(0.0, 3.0),
    "supervision__breach_order": st.floats(0.0, 3.0),
    "supervision__recall_on_arrest": st.floats(0.0, 1.0),
    "supervision__recall_wait_months": st.floats(0.0, 12.0),
    "population__prison_stock": st.floats(0.0, 300.0),
    "desistance__per_year": st.floats(0.0, 1.0),
}


def value_of(quantity):
    """Values that a quantity may take within its range."""
    if isinstance(quantity.default, bool) or quantity.unit == "on or off":
        return st.booleans()
    low, high = quantity.bounds
    low, high = max(low, quantity.low), min(high, quantity.high)
    if isinstance(quantity.default, dict):
        # For tables the range is one of multipliers.
        return st.floats(quantity.low, quantity.high).map(
            lambda m: {
                k: min(max(v * m, quantity.bounds[0]), quantity.bounds[1])
                for k, v in quantity.default.items()
            }
        )
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


def some_of(kind, most):
    """``{rule: {name: value}}`` for some quantities of a kind."""
    rules = {
        name: [q for q in rule.quantities().values() if q.kind == kind]
        for name, rule in registry().items()
        if any(q.kind == kind for q in rule.quantities().values())
    }
    return st.lists(st.sampled_from(sorted(rules)), unique=True, max_size=most).flatmap(
        lambda names: st.fixed_dictionaries({
            name: st.fixed_dictionaries({}, optional={q.name: value_of(q) for q in rules[name]})
            for name in names
        })
    )  # fmt: skip


DIALS = some_of("dial", 12)
PARAMETERS = some_of("parameter", 6)
PLACES = st.fixed_dictionaries({}, optional=FIGURES)
SEEDS = st.integers(0, 2**32 - 1)
