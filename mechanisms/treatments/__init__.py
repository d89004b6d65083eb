"""Treatments: TOML files in, games as played out.

``load_treatment(path)`` reads and checks one file; ``load_session_designs(folder)`` all of them, with the sessions of
several parts. The keys of a file are defined in ``schema.py`` and explained in docs/add-a-treatment.md.
"""

from mechanisms.treatments.loading import SessionDesign, load_session_design, load_session_designs, load_treatment
from mechanisms.treatments.positions import Position
from mechanisms.treatments.schema import PROTOCOL_KEYS, ProtocolSpec, TreatmentError
from mechanisms.treatments.treatment import Treatment

__all__ = [
    "PROTOCOL_KEYS",
    "Position",
    "ProtocolSpec",
    "SessionDesign",
    "Treatment",
    "TreatmentError",
    "load_session_design",
    "load_session_designs",
    "load_treatment",
]
