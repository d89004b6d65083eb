"""Studies that were written down before their data.

document     what is registered: arms with their games and certificates, hypotheses, rules, hashes; made and read
exclusions   the registered rules, applied to decisions
deviations   in what the data, and the analysis, are not as registered
writing      the document as a page, as text, and for programs
command      ``python -m analysis preregister STUDY``
"""
