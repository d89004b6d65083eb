"""Noisy best replies against a second computation with loops."""

from analysis.behaviour import NoisyBestReply
from tests.analysis.behaviour.oracle import Oracle, choice
from tests.analysis.behaviour.small import only
from tests.mechanisms.subjects.models.against_oracle import same


def test_noisy_best_reply(game):
    _, choices, oracle = game
    same(choices, NoisyBestReply, [0.02], oracle.replies(lambda payoffs: choice(0.02 * payoffs)))


def test_noisy_best_reply_without_feedback_replies_to_uniform_play(game):
    table, _, _ = game
    blind = table.assign(feedback="own")
    oracle = Oracle(blind, game[2].t)
    same(only(blind), NoisyBestReply, [0.02], oracle.replies(lambda payoffs: choice(0.02 * payoffs)))
