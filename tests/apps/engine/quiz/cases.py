"""The questions of a position, and play by the oracle."""

from engine.quiz.questions_game import questions


def quiz(treatment, position, own_type=None):
    own_type = float(treatment.positions[position].types[-1]) if own_type is None else own_type
    return {question.name: question for question in questions(treatment, position, own_type)}
