"""What all forms of play share: data, pages, texts, earnings, export and bots.

Not an oTree app itself. An app is a form of play (apps/demand, apps/direct) and only names its models and pages. The
mechanism is the treatment's; its words are in `_templates/rules/NAME/`: the rule, and the explanation of a result.
No payoff is computed here: every number comes from `mechanisms` (Treatment.play, Treatment.own_points).
"""
