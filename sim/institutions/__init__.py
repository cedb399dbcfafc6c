"""Institutions: real Mesa agents with state, capacity and decisions of their own."""

from sim.institutions.community import Community
from sim.institutions.court import Court
from sim.institutions.employer import Employer
from sim.institutions.institution import Institution
from sim.institutions.police import Police
from sim.institutions.prison import Prison
from sim.institutions.probation import Probation

__all__ = ["Community", "Court", "Employer", "Institution", "Police", "Prison", "Probation"]
