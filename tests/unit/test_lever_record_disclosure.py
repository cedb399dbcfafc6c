"""Not asking opens vacancies and a gap; sealing first records helps; clearing old ones does not."""

SCARCE = {"work": {"vacancies": 80.0}}


def _run(make_world, parameters=None, **dials):
    world = make_world(
        6000, seed=9, dials={"record_disclosure": dials}, parameters=parameters, months=48
    )
    return world.records.finish().series


def test_not_asking_brings_jobs_where_vacancies_limit_and_widens_the_gap(make_world):
    base = make_world(6000, seed=9, parameters=SCARCE, months=48).records.finish().series
    some, all_ = (_run(make_world, SCARCE, covered=c) for c in (0.4, 1.0))
    assert base["jobs_found"].sum() < some["jobs_found"].sum() < all_["jobs_found"].sum()
    gap = [s["employment_gap"][12:].mean() for s in (_run(make_world, cleared_old=0.1), some, all_)]
    assert gap[0] < 0.02 < gap[1] < gap[2]


def test_sealing_a_first_record_helps_and_clearing_old_ones_does_not(make_world):
    base = make_world(6000, seed=9, months=48).records.finish().series
    sealed, cleared = (_run(make_world, **{d: 1.0}) for d in ("sealed_first", "cleared_old"))
    assert sealed["records_sealed"].sum() > 0
    assert sealed["employed"].sum() > base["employed"].sum()
    assert (cleared["employed"] == base["employed"]).all()
