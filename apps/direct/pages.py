from engine.pages import round_pages

page_sequence = round_pages(__name__)
(
    Instructions, Quiz, UnderstandingBefore, Belief, WaitForTurn, Decide, *Stages, WaitForGroup, WaitForPopulation,
    Feedback, UnderstandingAfter,
) = page_sequence  # fmt: skip
