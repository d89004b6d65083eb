"""Transfers of direct mechanisms: a problem in, transfers *received* (n, T_1, …, T_n) out (S section 3)."""

from mechanisms.transfers.agv import agv
from mechanisms.transfers.cremer_riordan import cremer_riordan
from mechanisms.transfers.groves import groves
from mechanisms.transfers.individually_rational import constants_from, equal_gains_constants, individually_rational
from mechanisms.transfers.pairwise_compensation import pairwise_compensation, pairwise_payments
from mechanisms.transfers.sequential_pairwise import sequential_pairwise
from mechanisms.transfers.symmetric_pairwise_compensation import symmetric_pairwise_compensation
from mechanisms.transfers.vcg import vcg

__all__ = [
    "agv",
    "constants_from",
    "cremer_riordan",
    "equal_gains_constants",
    "groves",
    "individually_rational",
    "pairwise_compensation",
    "pairwise_payments",
    "sequential_pairwise",
    "symmetric_pairwise_compensation",
    "vcg",
]
