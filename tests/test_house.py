"""Tests are found by name: the tests of a/b/c.py are in tests/a/b/test_c.py; all else is listed with its reason."""

from tests.house import APPS, MODULES, ROOT, imports_in, place_of

CROSS_CUTTING = {
    "tests/test_house.py": "the layout of the tests themselves",
    "tests/test_guarantees.py": "what is promised has a test",
    "tests/test_shipping.py": "what is taken to other machines",
    "tests/test_imports.py": "which part may import which",
    "tests/mechanisms/test_contract.py": "what every cost sharing rule satisfies",
    "tests/mechanisms/test_odd_arguments.py": "what every public call says to arguments that cannot be meant",
    "tests/mechanisms/test_scales.py": "verdicts in any unit, and with players of different scale",
    "tests/mechanisms/test_against_gambit.py": "an outside judge, optional",
    "tests/mechanisms/bayesian/test_correlated_types.py": "a premise of Safronov (2018) that fails, for all concepts",
    "tests/analysis/test_face.py": "what the packages offer",
    "tests/test_requirements.py": "what the laboratory needs, and what the analysis needs beside it",
    "tests/test_teaching_notes.py": "the verdicts that docs/teaching quotes",
    "tests/test_first_experiment.py": "a page of the documentation, followed word by word",
    "tests/test_library.py": "the packages as they are installed and first used",
    "tests/apps/engine/otree_repairs/test_fuzz.py": "malformed requests of all kinds on a real server",
    "tests/apps/engine/otree_repairs/test_cuts.py": "PostgreSQL goes away and comes back under a real server",
    "tests/apps/engine/otree_repairs/test_kills.py": "kills of a real server at any moment, on both databases",
    "tests/apps/engine/session/test_leavers.py": "people who leave, on each page, on a real server",
    "tests/apps/engine/session/test_redrawn.py": "groups that are drawn anew, in all that they meet, on a real server",
    "tests/apps/test_descriptions.py": "one game described in several ways, as arms of a study",
    "tests/apps/test_claims.py": "what all pages together say of a treatment",
    "tests/apps/test_online.py": "people who come, leave and come back at any time, under each rule, on a real server",
    "tests/apps/test_sessions.py": "whole sessions in oTree, of all shipped treatments",
    "tests/apps/test_crowds.py": "whole sessions in oTree, of groups of many people",
    "tests/apps/test_other_games.py": "whole sessions in oTree, of games that are not shipped",
    "tests/analysis/behaviour/test_recovery.py": "parameters of all models come back from simulated data",
    "tests/analysis/inference/test_false_positives.py": "error rates of all tests on data without an effect",
    "tests/examples/test_notebook.py": "the notebook runs",
}
"""A folder `paper_examples` or `browser`, and a file test_contract.py, which says what all of a folder share, explain
themselves."""

SCRIPTS = {"tests/test_settings.py": "settings.py", "tests/test_run.py": "run.py"}
SCRIPTS |= {f"tests/examples/test_{path.stem}.py": f"examples/{path.name}" for path in (ROOT / "examples").glob("*.py")}

THROUGH = {
    "tests/analysis/registration/test_deviations.py": """
        analysis.registration.document analysis.registration.writing
        analysis.registration.command analysis.registration.people analysis.report.further.registered
        analysis.report.registered_tests
    """,
    "tests/analysis/report/further/test_learning.py": "analysis.report.further.section",
    "tests/analysis/report/further/test_specification.py": "analysis.figures.specification",
    "tests/analysis/report/further/test_understanding.py": "analysis.report.further.mediation",
    "tests/apps/engine/admin/test_creation_form.py": "engine.words.currencies engine.words.money",
    "tests/apps/engine/admin/test_files_pages.py": """
        engine.admin.addresses engine.admin.chosen engine.admin.data engine.admin.runs mechanisms.version
    """,
    "tests/apps/engine/admin/test_hands.py": """
        engine.admin.screens engine.session.attendance.notes engine.session.participation.taken_out engine.words.note
    """,
    "tests/apps/engine/admin/test_projector.py": "engine.admin.audience",
    "tests/analysis/behaviour/estimation/test_fitting.py": """
        analysis.behaviour.estimation.estimates analysis.behaviour.estimation.likelihood
    """,
    "tests/analysis/behaviour/estimation/test_profile_likelihood.py": "analysis.behaviour.estimation.held",
    "tests/mechanisms/descriptions/test_menus.py": "mechanisms.treatments.opportunity_sets",
    "tests/mechanisms/crowds/test_equilibria.py": """
        mechanisms.crowds.crowd mechanisms.crowds.totals mechanisms.crowds.levels
        mechanisms.crowds.replies
    """,
    "tests/mechanisms/certificate/test_crowd_rows.py": """
        mechanisms.certificate.crowd_nash mechanisms.certificate.crowd_solving mechanisms.certificate.crowd_words
    """,
    "tests/mechanisms/subjects/models/test_targets.py": """
        mechanisms.subjects.models.inattentive mechanisms.subjects.models.liars
    """,
    "tests/mechanisms/subjects/test_simulation.py": """
        mechanisms.subjects.played mechanisms.subjects.choices mechanisms.subjects.sessions
        mechanisms.subjects.models.playing mechanisms.subjects.models.learner mechanisms.subjects.seat
    """,
    "tests/analysis/planning/test_power.py": """
        analysis.planning.cells analysis.planning.decisions analysis.planning.experiments analysis.planning.pilot
        analysis.planning.saying analysis.planning.work analysis.planning.command
    """,
    "tests/analysis/planning/search/test_command.py": """
        analysis.planning.search.measured analysis.planning.search.result analysis.planning.search.writing
        analysis.folder
    """,
    "tests/analysis/simulation/test_command.py": "analysis.simulation.rows analysis.simulation.writing",
    "tests/mechanisms/subjects/models/test_ewa.py": """
        mechanisms.subjects.models.experience mechanisms.subjects.models.model
    """,
    "tests/analysis/behaviour/test_recovery.py": """
        mechanisms.subjects.models.participant_mixture mechanisms.subjects.models.uniform
    """,
    "tests/analysis/inference/regressions/test_clustered.py": "analysis.inference.regressions.clusters",
    "tests/analysis/inference/test_units.py": "analysis.inference.meetings",
    "tests/analysis/loading/test_sources.py": """
        analysis.loading.finding analysis.loading.noticed
    """,
    "tests/analysis/loading/test_texts.py": """
        analysis.loading.encoded analysis.loading.survey
    """,
    "tests/analysis/loading/test_exports.py": """
        analysis.loading.wide analysis.loading.wide_decisions
    """,
    "tests/analysis/loading/test_reading.py": """
        analysis.errors analysis.loading.companions
    """,
    "tests/analysis/predictions/test_joined.py": """
        analysis.games analysis.memory analysis.predictions.message_lists analysis.predictions.solutions
        analysis.predictions.theory
    """,
    "tests/analysis/report/test_comparisons.py": "analysis.report.comparison_tables analysis.report.effect_tables",
    "tests/analysis/report/test_plan.py": "analysis.report.checked",
    "tests/analysis/report/test_page.py": """
        analysis.report.descriptions analysis.report.methods analysis.report.origin
        analysis.report.play_tables analysis.report.writing
        analysis.report.results analysis.report.sections analysis.report.tables analysis.figures.plots
        analysis.figures.units
    """,
    "tests/analysis/test_audit.py": "analysis.checks.findings",
    "tests/analysis/test_codebook.py": "analysis.variables",
    "tests/apps/engine/admin/test_payments.py": "engine.otree_repairs.pages.payments_tab",
    "tests/apps/engine/admin/test_rounds.py": "engine.admin.theory",
    "tests/apps/engine/admin/test_situation.py": "engine.admin.words engine.admin.consequences",
    "tests/apps/engine/aids/test_aids.py": "engine.aids.shown",
    "tests/apps/engine/instructions/test_advice.py": "engine.instructions.proofs engine.instructions.experience",
    "tests/apps/engine/instructions/test_screen.py": "engine.aids.drawings",
    "tests/apps/engine/otree_repairs/test_doors.py": """
        engine.otree_repairs.labels engine.otree_repairs.requests.policy
    """,
    "tests/apps/engine/test_room_files.py": "engine.otree_repairs.pages.rooms",
    "tests/apps/engine/otree_repairs/requests/test_front.py": """
        engine.otree_repairs.requests.bodies engine.otree_repairs.storage.one_lock engine.otree_repairs.storage.lookup
        engine.otree_repairs.requests.refusals
    """,
    "tests/apps/engine/quiz/test_pages.py": "engine.quiz.export",
    "tests/apps/engine/quiz/test_questions_game.py": "engine.quiz.example",
    "tests/apps/engine/screens/test_round.py": """
        engine.screens.private engine.screens.receipt engine.words.rendering engine.words.sentences
    """,
    "tests/apps/engine/words/test_numbers.py": "engine.words.grids",
    "tests/apps/test_claims.py": "engine.words.place",
    "tests/apps/engine/words/test_translations.py": "engine.words.context",
    "tests/apps/test_sessions.py": """
        engine.export engine.models engine.pages engine.session.designs
        engine.session.setup engine.words.moments
    """,
    "tests/browser/test_outside.py": "engine.otree_repairs.pages.outside",
    "tests/browser/test_session.py": "engine.otree_repairs.pages.frame",
    "tests/apps/engine/session/participation/test_entrance.py": """
        engine.identities
    """,
    "tests/apps/test_descriptions.py": "engine.quiz.understanding_pages",
    "tests/apps/test_online.py": "engine.words.endings engine.session.participation.people_export",
    "tests/apps/engine/session/participation/test_dropouts.py": """
        engine.session.closing_rounds engine.session.participation.part_page
    """,
    "tests/mechanisms/studies/test_study.py": "mechanisms.studies.schema",
    "tests/mechanisms/bayesian/test_correlated_types.py": "mechanisms.verdicts",
    "tests/mechanisms/bayesian/test_equilibria.py": "mechanisms.bayesian._weights",
    "tests/mechanisms/bayesian/test_rationalizability.py": """
        mechanisms.bayesian._conjectures mechanisms.bayesian._justification
    """,
    "tests/mechanisms/certificate/test_certificate.py": """
        mechanisms.certificate.bayesian_rows mechanisms.certificate.coalition_rows
        mechanisms.certificate.dominance_rows mechanisms.certificate.elimination_rows
        mechanisms.certificate.learning_rows mechanisms.certificate.nash_rows
        mechanisms.certificate.secure_rows mechanisms.treatments.words
    """,
    "tests/mechanisms/cost_sharing/test_contract.py": """
        mechanisms.cost_sharing.aumann_shapley mechanisms.cost_sharing.friedman_moulin
    """,
    "tests/mechanisms/demand_equilibria/test_contract.py": "mechanisms.demand_equilibria.result",
    "tests/mechanisms/explanations/test_explanations.py": "mechanisms.explanations.telling",
    "tests/mechanisms/matching/test_perfect_stranger.py": """
        mechanisms.matching.finite_fields mechanisms.matching.schedule_search
    """,
    "tests/mechanisms/quantal_response/test_branch.py": """
        mechanisms.quantal_response.agents mechanisms.quantal_response.continuation
    """,
    "tests/mechanisms/solutions/test_secure_implementation.py": "mechanisms.solutions.type_boxes",
    "tests/mechanisms/test_contract.py": """
        mechanisms.cost_sharing.incremental mechanisms.costs.base
    """,
    "tests/mechanisms/test_main.py": "mechanisms.certificate.rendering",
    "tests/mechanisms/treatments/test_rules.py": "mechanisms.rule mechanisms.options mechanisms.transfers.reported",
    "tests/apps/engine/session/attendance/test_presence.py": "engine.admin.seats engine.session.attendance.browsers",
    "tests/apps/engine/session/test_study.py": "engine.stored_study mechanisms.studies.protocols",
    "tests/apps/engine/test_record.py": "engine.admin.edits",
    "tests/apps/engine/session/test_certificates.py": "engine.otree_repairs.aside",
    "tests/mechanisms/treatments/test_schema.py": "mechanisms.treatments.section",
    "tests/mechanisms/treatments/test_described.py": "mechanisms.treatments.schema_described",
    "tests/mechanisms/treatments/test_schema_words.py": "mechanisms.treatments.ready_words",
}
"""Modules without a test file of their own, beside the file that tests them: their neighbours run them whole."""

OTREES = {"models", "pages", "tests"}
"""In each app, as oTree wants them: tests/apps/test_sessions.py and tests/browser play them."""


def relative(path):
    return path.relative_to(ROOT).as_posix()


MIRRORS = {relative(place_of(module)): module for module in MODULES}
TESTS = sorted(relative(path) for path in (ROOT / "tests").rglob("test_*.py"))


def is_explained(path):
    file = ROOT / path
    contract = file.name == "test_contract.py" and (ROOT / file.parent.relative_to(ROOT / "tests")).is_dir()
    return contract or path in CROSS_CUTTING or path in SCRIPTS or file.parent.name in ("paper_examples", "browser")


def test_a_test_file_mirrors_a_module_or_says_what_it_is():
    lost = [path for path in TESTS if path not in MIRRORS and not is_explained(path)]
    assert lost == [], "no modules of these names: name them after one, or list them"


def test_no_reason_is_left_of_what_is_gone():
    assert [path for path in (*CROSS_CUTTING,) if path not in TESTS] == []


def test_every_module_has_its_tests_or_says_where_they_are():
    through = {name for names in THROUGH.values() for name in names.split()}
    own = {name for name in MODULES if place_of(name).exists()}
    otrees = {name for name in MODULES if name.split(".")[0] in APPS and name.split(".")[-1] in OTREES}
    faces = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    homeless = set(MODULES) - own - through - otrees - faces - declared()
    assert homeless == set(), "write tests/a/b/test_c.py for a/b/c.py, or say in THROUGH which file tests it"
    assert through <= set(MODULES)
    assert through & own == set(), "has a file of its own, so that no reason is needed"
    assert [path for path in THROUGH if path not in TESTS] == []


def declared():
    """Files of one record: the suites of their kind go through all of them, found by the same search."""
    return {
        name
        for name, path in MODULES.items()
        if any(f"\n{kind}(\n" in path.read_text("utf-8") for kind in ("RULE = Rule", "SCALE = Scale"))
    }


def test_tests_import_no_other_test_files():
    """What several test files need is in a file of its own, found by its name."""
    sources = {path: (ROOT / path).read_text("utf-8") for path in TESTS}
    borrowed = {
        path: names
        for path, source in sources.items()
        if (names := [name for name, _ in imports_in(source) if name.startswith("tests.") and ".test_" in name])
    }
    assert borrowed == {}
