"""What all mechanism apps share: data, pages, texts, earnings, export and bots.

Not an oTree app itself. An app of a mechanism (apps/serial and so on) only names its models and pages; its
words are in `_templates/` under the mechanism's name: the rule, and the explanation of a result.
No payoff is computed here: every number comes from `mechanisms` (Treatment.play, Treatment.own_points).
"""

PLATFORM_VERSION = "0.2.0"  # as in CHANGELOG.md; exported with every decision
