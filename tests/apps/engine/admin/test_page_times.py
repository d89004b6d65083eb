"""How long people stay on pages, as an experimenter reads it."""

from types import SimpleNamespace

from engine.admin.page_times import Visit, completed, slow_pages

PEOPLE = SimpleNamespace(by_number={k: SimpleNamespace(name=f"P{k}") for k in (1, 2, 3)})


def test_the_slowest_page_comes_first_and_waits_come_last():
    stays = {"Quiz": (20, 1395, 100), "Decide": (2, 4, 9), "WaitForGroup": (3000, 1, 4000)}
    visits = [
        Visit(k, index, page, page.startswith("Wait"), seconds)
        for index, (page, times) in enumerate(stays.items(), 1)
        for k, seconds in enumerate(times, 1)
    ]
    rows = slow_pages(visits, PEOPLE)
    assert [(row["median"], row["longest"], row["who"], row["visits"]) for row in rows] == [
        ("1 min 40 s", "23 min", "P2", 3), ("4 s", "9 s", "P3", 3), ("50 min", "66 min", "P3", 3),
    ]  # fmt: skip
    assert [row["wait"] for row in rows] == [False, False, True]


def test_the_wait_for_a_group_is_a_wait():
    lines = [f"s1,1,abcd,{k},welcome,{page},170000000{k},1,0,0" for k, page in enumerate(("Consent", "Arrival"), 1)]
    assert [(page, wait) for _, _, page, wait, _ in completed(lines, "s1")] == [("Consent", False), ("Arrival", True)]
