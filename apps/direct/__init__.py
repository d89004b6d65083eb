"""Direct mechanisms: participants report types; outcome and transfers follow by the rule of the treatment."""
