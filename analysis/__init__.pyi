"""The face of the package: what `import analysis` offers, each name with its room and one line.

`mechanisms/lazy.py` reads this file at run time; so do editors and mypy. Headings are comments that begin a line.
"""

# Reading exports
from analysis.loading.exports import load_decisions as load_decisions  # files and folders: one row a decision
from analysis.loading.exports import read_exports as read_exports  # the same, with files, companions and remarks
from analysis.loading.exports import Exports as Exports  # everything that was read
from analysis.errors import ExportError as ExportError  # a file cannot be read: one line a problem
from analysis.tidy import tidy_decisions as tidy_decisions  # decisions, predictions and questionnaires in one table
from analysis.tidy import write_tidy as write_tidy  # as CSV, Parquet and Stata with labels
from analysis.flow import flow as flow  # who was recruited, left out and analysed
from analysis.experience import experience_table as experience_table  # the table of earlier sessions, for advice

# Checking and predicting
from analysis.audit import audit as audit  # everything computed again from messages and seed
from analysis.audit import AuditResult as AuditResult  # what the audit found
from analysis.predictions import predict as predict  # theory joined to every decision and group
from analysis.predictions import Predictions as Predictions  # decisions with predictions, and the solutions

# Measures: rows of predictions in, one row a group of rows out
from analysis.measures.rates import own_decisions as own_decisions  # the decisions that people made themselves
from analysis.measures.rates import own_groups as own_groups  # a row a group that decided, without timeouts
from analysis.measures.rates import success as success  # hit rate, area and Selten's measure of a prediction
from analysis.measures.rates import truth as truth  # truthful reports, and how far others are from the type
from analysis.measures.rates import efficiency as efficiency  # surplus, and what of it was lost
from analysis.measures.rates import foregone as foregone  # points foregone against a best reply
from analysis.measures.group_play import group_play as group_play  # dominant, another Nash equilibrium, or neither
from analysis.measures.group_play import selection as selection  # which of several equilibria were played
from analysis.measures.convergence import convergence as convergence  # the round from which a unit plays the prediction

# Tests on independent units
from analysis.inference import add_units as add_units  # the table with a column unit, who never met
from analysis.inference import independent_units as independent_units  # these units themselves, from who met whom
from analysis.inference import unit_means as unit_means  # the mean outcome of each unit in each arm
from analysis.inference import UnitMeans as UnitMeans  # units, arms and means
from analysis.inference import Estimate as Estimate  # what a test found: effect, interval, p, method
from analysis.inference import Comparison as Comparison  # what `compare` found
from analysis.inference import compare as compare  # two arms: the exact test first, then its robustness
from analysis.inference import compare_all as compare_all  # all pairs of arms, adjusted
from analysis.inference import any_difference as any_difference  # of several arms
from analysis.inference import permutation_test as permutation_test  # exact, of two arms
from analysis.inference import omnibus_test as omnibus_test  # by permutation, of several arms
from analysis.inference import mann_whitney as mann_whitney  # ranks, between units
from analysis.inference import wilcoxon as wilcoxon  # signed ranks, within units
from analysis.inference import sign_test as sign_test  # signs, within units
from analysis.inference import t_test as t_test  # Welch's, within units Student's
from analysis.inference import trend_test as trend_test  # over several arms in their order
from analysis.inference import fisher as fisher  # two by two, exact
from analysis.inference import mcnemar as mcnemar  # two by two, paired
from analysis.inference import effect_sizes as effect_sizes  # with intervals
from analysis.inference import equivalence_test as equivalence_test  # the difference is smaller than a margin
from analysis.inference import smallest_margin as smallest_margin  # for which it is
from analysis.inference import noninferiority_test as noninferiority_test  # the second arm is not worse by a margin
from analysis.inference import superiority_test as superiority_test  # it is better by more than a margin
from analysis.inference import clustered as clustered  # regression with clustered errors
from analysis.inference import wild_cluster_bootstrap as wild_cluster_bootstrap  # for few clusters
from analysis.inference import mixed as mixed  # logit or probit with a random intercept
from analysis.inference import adjusted as adjusted  # p-values of several tests
from analysis.power import power as power  # of a design, by simulation
from analysis.planning.power import behavioural_power as behavioural_power  # from a model of behaviour
from analysis.planning.search.result import design_search as design_search  # which values tell theories apart
from analysis.power import Design as Design  # units, decisions, rates and correlation

# Models of behaviour
from analysis.behaviour import MODELS as MODELS  # all models by name
from analysis.behaviour import Choices as Choices  # decisions of one game as arrays
from analysis.behaviour import choices_of as choices_of  # from a table of decisions, by game
from analysis.behaviour import empty_sessions as empty_sessions  # of a treatment, to simulate in
from analysis.behaviour import fit as fit  # one model by maximum likelihood
from analysis.behaviour import simulate as simulate  # decisions from a model
from analysis.behaviour import study as study  # all models of all treatments of some data

# The report
from analysis.report.page import write_report as write_report  # one page that reads like a paper, tables and figures
from analysis.codebook import codebook_of as codebook_of  # what each variable is

# Rooms
from analysis import behaviour as behaviour  # models, estimation, and their comparison
from analysis import figures as figures  # matplotlib figures
from analysis import inference as inference  # tests and intervals
from analysis import loading as loading  # files to tables
from analysis import measures as measures  # rates, outcomes, convergence, foregone points
from analysis import predictions as predictions  # what theory says of decisions and groups
from analysis import report as report  # page, tables and figures

__all__: list[str]
