"""One person's offences are Poisson by inversion, and nothing in custody."""

import numpy as np
import pytest
from scipy.stats import poisson

from sim.people import CUSTODY, FREE, GONE, REMAND, SUPERVISED
from sim.processes.offending import Offending

PLAIN = dict.fromkeys(
    ("birth_month", "male", "log_frailty", "log_priors", "offence_group", "custody_log_hr",
     "rate_offending", "month", "age_slope", "log_female", "priors_slope", "log_violent",
     "log_property", "log_drug", "log_public_order"), 0.0
)  # fmt: skip


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 2.5, 6.0])
def test_offences_invert_the_poisson_distribution(mean):
    for u in (np.arange(400) + 0.5) / 400:
        seen = Offending.offend(**PLAIN, status=FREE, log_place=np.log(mean), u=float(u))
        assert seen == min(poisson.ppf(u, mean), 10)


@pytest.mark.parametrize("status", [GONE, REMAND, CUSTODY])
def test_nobody_offends_who_is_not_at_liberty(status):
    assert Offending.offend(**PLAIN, status=status, log_place=2.0, u=0.999999) == 0
    assert Offending.offend(**PLAIN, status=SUPERVISED, log_place=2.0, u=0.999999) > 0
