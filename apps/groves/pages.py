from engine.pages import round_pages

Decide, WaitForGroup, Feedback = page_sequence = round_pages(__name__)
