"""Cooperating employers: few are active, offers open vacancies, jobs follow where they limit."""

SCARCE = {"employers": {"vacancies": 80.0}}


def _run(make_world, parameters=None, **dials):
    dials = {"cooperating_employers": dials} if dials else {}
    world = make_world(6000, seed=5, dials=dials, parameters=parameters, months=36)
    return world.records.finish().series


def test_registering_alone_opens_almost_nothing(make_world):
    base, s = _run(make_world), _run(make_world, registered=0.5)
    opened = s["vacancies_open"][-12:].sum() / base["vacancies_open"][-12:].sum()
    assert 1.01 < opened < 1.06


def test_most_registered_employers_hire_nobody_in_a_year(make_world):
    s = _run(make_world, registered=0.5)
    share = s["employers_hiring"][-1] / s["employers_registered"][-1]
    assert 0.04 <= share <= 0.11, "coop_employers: 4 to 11 %"
    # Where vacancies come up more rarely than people apply, each active employer hires more often.
    rare = _run(make_world, {"cooperating_employers": {"single": 2.0}}, registered=0.5)
    assert rare["employers_hiring"][-1] / rare["employers_registered"][-1] < share


def test_insurance_for_all_gives_the_published_willingness(make_world):
    s = _run(make_world, {"cooperating_employers": {"activation": 0.04}}, registered=1.0,
             bonding=True)  # fmt: skip
    assert 0.49 < s["employers_open"][-1] < 0.56


def test_more_support_brings_more_jobs_where_vacancies_limit(make_world):
    jobs = [
        _run(make_world, SCARCE, **dials)["jobs_found"].sum()
        for dials in ({}, {"registered": 0.5}, {"registered": 0.5, "bonding": True},
                      {"registered": 1.0, "bonding": True, "subsidy": 0.5})
    ]  # fmt: skip
    assert jobs == sorted(jobs) and jobs[3] > 1.1 * jobs[0]
