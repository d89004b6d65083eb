"""Transfers of direct mechanisms: a SocialChoiceProblem in, transfers *received* (n, T_1, …, T_n) out (S section 3)."""

from mechanisms.transfers.agv import agv
from mechanisms.transfers.groves import groves
from mechanisms.transfers.pairwise_compensation import pairwise_compensation, pairwise_payments
from mechanisms.transfers.vcg import vcg

__all__ = ["agv", "groves", "pairwise_compensation", "pairwise_payments", "vcg"]
