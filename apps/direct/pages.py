from engine.pages import round_pages

page_sequence = round_pages(__name__)
Instructions, Quiz, Belief, Decide, WaitForGroup, WaitForPopulation, Feedback = page_sequence
