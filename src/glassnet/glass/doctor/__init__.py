"""The doctor: why a network does not learn, as findings that have a name and a number."""

from glassnet.glass.doctor.diagnosis import Diagnosis, Finding
from glassnet.glass.doctor.doctor import doctor

__all__ = ["Diagnosis", "Finding", "doctor"]
