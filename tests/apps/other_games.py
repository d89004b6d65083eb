"""Games that are not shipped: other group sizes, grids, priors, roundings, costs and roles."""

PROTOCOL = """
[session]
participants = {participants}
rounds = 2
matching = "stranger"
seed = 1
exchange_rate = 0.125
show_up_fee = 1
{more}
"""
GAMES = {
    "two_players_halves": (
        """
        title = "Two players, half units, two decimals, negative earnings <b>& marks</b>"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "production"
        quantities = { lowest = 0.5, highest = 3, step = 0.5 }
        value = { kind = "power", exponent = 0.5 }
        cost = { kind = "polynomial", coefficients = [1, 0.25] }
        [mechanism]
        name = "proportional"
        [types]
        values = [1.5, 4]
        probabilities = [0.125, 0.875]
        [points]
        scale = 3
        shift = -7.5
        rounding = 2
        """,
        {"participants": 4, "more": 'feedback = "own"'},
    ),
    "six_players_table": (
        """
        title = "Six players, values from a table, no messages that a table could show"
        [group]
        size = 6
        information = "own"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 2, step = 1 }
        value = { kind = "table", rows = [[0, 5, 7], [0, 9, 16]] }
        cost = { kind = "table", values = [0, 1, 2, 4, 6, 9, 12, 16, 20, 25, 30, 36, 42] }
        [mechanism]
        name = "serial"
        [types]
        values = [1, 2]
        probabilities = ["2/3", "1/3"]
        labels = ["<i>low</i>", "high"]
        """,
        {"participants": 12, "more": 'fixed_roles = false\nfeedback = "none"\nseconds = 20'},
    ),
    "three_goods_on_a_path": (
        """
        title = "Three players with goods of their own, a polynomial cost, a path with corners, positions drawn anew"
        [group]
        size = 3
        information = "private"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 2, step = 0.5 }
        value = { kind = "linear" }
        [environment.cost]
        kind = "goods_polynomial"
        [[environment.cost.terms]]
        coefficient = 1
        powers = [1, 0, 0]
        [[environment.cost.terms]]
        coefficient = 0.5
        powers = [0, 2, 0]
        [[environment.cost.terms]]
        coefficient = 0.25
        powers = [1, 1, 2]
        [mechanism]
        name = "fixed_path"
        path = [[0, 0, 0], [1, 0, 0], [1, 2, 0.5], [2, 2, 2]]
        [types]
        values = [2, 3]
        probabilities = [0.5, 0.5]
        [points]
        scale = 10
        rounding = 1
        """,
        {"participants": 6, "more": 'fixed_roles = false\nquiz = true'},
    ),
    "four_players_level": (
        """
        title = "A level for four players with prior AGV transfers"
        [group]
        size = 4
        [environment]
        kind = "single_peaked"
        [mechanism]
        name = "agv"
        [types]
        values = [-2, 0, 3]
        probabilities = [0.25, 0.25, 0.5]
        [messages]
        lowest = -3
        highest = 4
        step = 1
        [points]
        scale = 0.5
        rounding = 1
        """,
        {"participants": 8, "more": 'pay = "one"'},
    ),
    "five_players_project": (
        """
        title = "Three outcomes, five players, pairwise payments in another order"
        [group]
        size = 5
        information = "complete"
        [environment]
        kind = "public_project"
        outcomes = ["bridge", "tunnel", "nothing"]
        [mechanism]
        name = "pairwise"
        order = [3, 1, 5, 2, 4]
        [types]
        values = [1, 4]
        probabilities = ["1/2", "1/2"]
        [payoffs]
        bridge = "type"
        tunnel = [3, -2]
        nothing = 0.5
        """,
        {"participants": 10, "more": ""},
    ),
    "four_levels_in_a_drawn_order": (
        """
        title = "Four players report levels one after another, in a drawn order, with what follows for each"
        [group]
        size = 4
        information = "own"
        [environment]
        kind = "single_peaked"
        [mechanism]
        name = "pairwise"
        [play]
        form = "sequential"
        order = "drawn"
        compensation = true
        [types]
        values = [-1, 0, 2.5]
        probabilities = [0.25, 0.5, 0.25]
        [messages]
        lowest = -1
        highest = 2.5
        step = 0.5
        [points]
        scale = 7
        rounding = 2
        """,
        {"participants": 8, "more": 'practice_rounds = 1\npractice_against = "others"\nfeedback = "own"\nseconds = 30'},
    ),
    "two_producers_in_turn": (
        """
        title = "The second player reports first, everybody knows the types, and the first pays for all"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 3, step = 1 }
        value = { kind = "power", exponent = 0.5 }
        cost = { kind = "power", coefficient = 0.5, exponent = 2 }
        [mechanism]
        name = "cremer_riordan"
        cost_shares = "serial"
        [play]
        form = "sequential"
        order = [2, 1]
        [types]
        values = [3, 5, 9]
        probabilities = ["1/2", "1/4", "1/4"]
        [points]
        scale = 10
        shift = 5
        rounding = 1
        """,
        {"participants": 4, "more": 'practice_rounds = 1\nfeedback = "none"'},
    ),
    "three_in_turn_under_agv": (
        """
        title = "AGV with public reports, positions drawn anew, beliefs"
        [group]
        size = 3
        [environment]
        kind = "public_project"
        outcomes = ["bridge", "nothing"]
        [mechanism]
        name = "agv"
        [play]
        form = "sequential"
        order = "drawn"
        [types]
        values = [-3, 1, 4]
        probabilities = ["1/2", "1/4", "1/4"]
        [payoffs]
        bridge = "type"
        nothing = 0
        [beliefs]
        points = 4
        """,
        {"participants": 6, "more": 'fixed_roles = false\nfeedback = "average"\nquiz = true'},
    ),
    "four_in_stages": (
        """
        title = "Four players are served in stages, the third one first where requests tie, and all requests are shown"
        [group]
        size = 4
        information = "own"
        [environment]
        kind = "production"
        quantities = { lowest = 0.5, highest = 2.5, step = 0.5 }
        value = { kind = "power", exponent = 0.5 }
        cost = { kind = "polynomial", coefficients = [0.5, 0.25] }
        [mechanism]
        name = "serial"
        [play]
        form = "staged"
        order = [3, 1, 4, 2]
        shown = "requests"
        [types]
        values = [3, 5.5]
        probabilities = ["1/4", "3/4"]
        labels = ["<i>low</i>", "high"]
        [points]
        scale = 7
        shift = -3
        rounding = 2
        """,
        {"participants": 8, "more": 'practice_rounds = 1\npractice_against = "others"\nfeedback = "average"\n'
                                    'seconds = 30\nfixed_roles = false'},
    ),
    "two_in_stages": (
        """
        title = "Two players are served in stages, everybody knows the types, the second one first where requests tie"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 6, step = 1 }
        value = { kind = "linear" }
        cost = { kind = "piecewise_linear", breakpoints = [3, 7], slopes = [1, 4, 9] }
        [mechanism]
        name = "serial"
        [play]
        form = "staged"
        order = [2, 1]
        [types]
        values = [3, 5, 8]
        probabilities = ["1/2", "1/4", "1/4"]
        [points]
        scale = 10
        rounding = 1
        """,
        {"participants": 4, "more": 'practice_rounds = 2\nfeedback = "none"\nquiz = true'},
    ),
    "first_report_at_once": (
        """
        title = "All report at the same time, the third report is taken first"
        [group]
        size = 3
        [environment]
        kind = "public_project"
        outcomes = ["left", "right"]
        [mechanism]
        name = "cremer_riordan"
        first = 3
        ties = "last"
        [types]
        values = [1, 6]
        probabilities = ["1/3", "2/3"]
        [payoffs]
        left = "type"
        right = 3
        [points]
        rounding = 2
        """,
        {"participants": 3, "more": ""},
    ),
}  # fmt: skip
