"""Institutions: real Mesa agents with state, capacity and decisions of their own."""

from sim.institutions.central_authority import CentralAuthority
from sim.institutions.community import Community
from sim.institutions.court import Court
from sim.institutions.employer import Employer
from sim.institutions.employment_service import EmploymentService
from sim.institutions.institution import Institution
from sim.institutions.police import Police
from sim.institutions.prison import Prison
from sim.institutions.probation import Probation
from sim.institutions.volunteer_organisation import VolunteerOrganisation

__all__ = [
    "CentralAuthority",
    "Community",
    "Court",
    "Employer",
    "EmploymentService",
    "Institution",
    "Police",
    "Prison",
    "Probation",
    "VolunteerOrganisation",
]
