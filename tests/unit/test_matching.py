"""Who matches, and what a group's effect means for one person: against closed forms."""

import numpy as np
import pytest
from scipy.special import ndtri, owens_t

from sim import matching
from sim.effects import individual_log_hr


@pytest.mark.parametrize("low_share", [0.2, 0.33, 0.5])
@pytest.mark.parametrize("rho", [0.3, 0.68, 0.95])
def test_shares_matched_agree_with_owen(low_share, rho):
    """With risk and need independent, each is matched with Owen's (1956) probability."""
    missed = 2.0 * owens_t(ndtri(low_share), np.sqrt((1 - rho) / (1 + rho)))
    one = 1.0 - missed / (1.0 - low_share)
    none, single, both = matching.shares(low_share, 0.0, rho)
    assert both == pytest.approx(one**2, abs=0.004)
    assert none == pytest.approx((1 - one) ** 2, abs=0.004)
    assert none + single + both == pytest.approx(1.0)


def test_scores_are_standard_normal_and_keep_the_order():
    values = np.random.default_rng(1).gamma(0.5, size=999)
    score = matching.normal_score(values, values)
    assert (np.argsort(score) == np.argsort(values)).all()
    assert abs(score.mean()) < 1e-6 and score.std() == pytest.approx(1.0, abs=0.01)


def test_a_reference_stands_for_a_large_setting():
    ids = np.arange(50_000, dtype=np.uint32)
    chosen = matching.reference(ids, np.arange(50_000))
    assert matching.ENOUGH / 2 < chosen.shape[0] <= matching.ENOUGH
    assert matching.reference(ids, np.arange(100)).shape[0] == 100


@pytest.mark.parametrize("published", [-0.4, -0.1, 0.2])
@pytest.mark.parametrize("risk", [0.2, 0.5, 0.7])
def test_a_mixed_group_shows_the_published_ratio_when_each_person_has_their_own(published, risk):
    shape = 0.8
    own = np.exp(individual_log_hr(published, risk, shape))
    hazard = shape * ((1 - risk) ** (-1 / shape) - 1)  # cumulative, so that the risk results
    survival = [(1 + h / shape) ** -shape for h in (hazard, own * hazard)]
    assert np.log(np.log(survival[1]) / np.log(survival[0])) == pytest.approx(published)
    assert abs(np.log(own)) > abs(published)
