"""Institutions: real Mesa agents with state, capacity and decisions of their own."""

from sim.institutions.agency import Agency
from sim.institutions.central_authority import CentralAuthority
from sim.institutions.community import Community
from sim.institutions.court import Court
from sim.institutions.employer import Employer
from sim.institutions.employment_service import EmploymentService
from sim.institutions.institution import Institution
from sim.institutions.local_government import LocalGovernment
from sim.institutions.police import Police
from sim.institutions.pretrial_service import PretrialService
from sim.institutions.prison import Prison
from sim.institutions.probation import Probation
from sim.institutions.restorative_service import RestorativeService
from sim.institutions.volunteer_organisation import VolunteerOrganisation
from sim.institutions.welfare_office import WelfareOffice

__all__ = [
    "Agency",
    "CentralAuthority",
    "Community",
    "Court",
    "Employer",
    "EmploymentService",
    "Institution",
    "LocalGovernment",
    "Police",
    "PretrialService",
    "Prison",
    "Probation",
    "RestorativeService",
    "VolunteerOrganisation",
    "WelfareOffice",
]
