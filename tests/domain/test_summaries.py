"""Summaries: what is counted, what leaders may not see, coverage, load, and the list of overdue children."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.duties import CONTACT, VISIT, DueDays, Duty, Fact, FactKind, OpenDuty, WaitingReport, due_days, receipts_due
from domain.people import Post, Role, Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS
from domain.reminders import Rota
from domain.summaries import (
    ChildFacts,
    Enrolment,
    LeaderSummary,
    Summary,
    UnitCounts,
    coverage_by_month,
    due_load,
    overdue_list,
    rounded,
    summarise,
    suppress,
)

DAY = timedelta(days=1)
GAOTAI = Unit("620724", UnitKind.COUNTY, "高台县", None)
XINBA = Unit("620724106", UnitKind.TOWN, "新坝镇", "620724")
HEIQUAN = Unit("620724107", UnitKind.TOWN, "黑泉镇", "620724")
XIABA = Unit("620724106004", UnitKind.VILLAGE, "下坝村", "620724106")
XIAOBA = Unit("620724106009", UnitKind.VILLAGE, "小坝村", "620724106")
OTHER_XIAOBA = Unit("620724107007", UnitKind.VILLAGE, "小坝村", "620724107")
POLICE = Unit("620724.police", UnitKind.DEPARTMENT, "县公安局", "620724")
UNITS = (GAOTAI, XINBA, XIABA, XIAOBA, HEIQUAN, OTHER_XIAOBA, POLICE)
TODAY = date(2026, 11, 20)


def child(name: str, unit: Unit = XIABA, tier: Tier = Tier.GREEN, *contacts: Contact) -> ChildFacts:
    """A child added in spring, with the due days its contacts give it."""
    file = Child(name, name, name, unit.code, tier=tier, added_on=date(2026, 3, 2))
    return ChildFacts(
        name,
        unit.code,
        tier,
        due_days(file, [replace(contact, child_id=name) for contact in contacts], COUNTY_DEFAULTS),
        tuple(contact.day for contact in contacts if contact.counts_as_contact),
        tuple(contact.day for contact in contacts if contact.counts_as_visit),
        tuple(contact.day for contact in contacts if contact.by_role is Role.SUPERVISOR),
    )


def call(day: date, by: Role = Role.CHILD_DIRECTOR) -> Contact:
    return Contact(str(day), "", day, Kind.PHONE, True, by_role=by)


def visit(day: date) -> Contact:
    return Contact(str(day), "", day, Kind.HOME_VISIT, True, child_seen=True)


def summary(*children: ChildFacts, of: Unit = XINBA, today: date = TODAY, **open_ones: dict[str, int]) -> Summary:
    reports, issues = open_ones.get("reports", {}), open_ones.get("issues", {})
    return summarise(of, UNITS, children, reports, issues, today, COUNTY_DEFAULTS)


# --- counting --------------------------------------------------------------------------------------------------------


def test_two_contacts_with_one_child_cover_one_child() -> None:
    total = summary(child("a", XIABA, Tier.GREEN, call(date(2026, 11, 2)), call(date(2026, 11, 9))), child("b")).total
    assert (total.children, total.contacts_due, total.contacts_done) == (2, 2, 1)


def test_a_child_contacted_last_month_is_due_this_month_and_not_overdue_before_its_end() -> None:
    facts = child("a", XIABA, Tier.GREEN, call(date(2026, 10, 30)))
    assert (summary(facts).total.contacts_due, summary(facts).total.contacts_overdue) == (1, 0)
    december = summary(facts, today=date(2026, 12, 1)).total
    assert (december.contacts_due, december.contacts_done, december.contacts_overdue) == (1, 0, 1)


def test_on_its_due_day_a_child_is_not_overdue() -> None:
    facts = child("a", XIABA, Tier.YELLOW, call(TODAY - 14 * DAY))
    assert summary(facts).total.contacts_overdue == 0
    assert summary(facts, today=TODAY + DAY).total.contacts_overdue == 1


def test_a_child_that_owes_nothing_this_month_does_not_weigh_on_the_village() -> None:
    away = replace(child("a"), due=DueDays(contact=date(2026, 12, 27), visit=date(2027, 1, 3)))
    total = summary(away).total
    assert (total.children, total.contacts_due, total.visits_due, total.supervisor_due) == (1, 0, 0, 0)


def test_visits_count_by_the_quarter_and_the_supervisors_contacts_by_the_year() -> None:
    facts = (
        child("a", XIABA, Tier.GREEN, visit(date(2026, 10, 1)), call(date(2026, 2, 1), Role.SUPERVISOR)),
        child("b", XIABA, Tier.GREEN, visit(date(2026, 9, 30)), call(date(2025, 12, 31), Role.SUPERVISOR)),
    )
    line = summary(*facts)
    assert line.quarter == (date(2026, 10, 1), date(2026, 12, 31))
    assert (line.total.visits_due, line.total.visits_done, line.total.visits_overdue) == (2, 1, 0)
    assert (line.total.supervisor_due, line.total.supervisor_done) == (2, 1)


def test_work_done_late_is_done() -> None:
    facts = child("a", XIABA, Tier.GREEN, visit(date(2026, 4, 1)), visit(date(2026, 11, 19)))
    assert (summary(facts).total.visits_done, summary(facts).total.visits_overdue) == (1, 0)


def test_help_is_wanted_for_a_child_overdue_by_more_than_a_week() -> None:
    def wanted(days: int) -> int:
        late = replace(child("a"), due=DueDays(contact=TODAY + DAY, visit=TODAY - days * DAY))
        return summary(late).total.help_wanted

    assert (wanted(7), wanted(8)) == (0, 1)


def test_the_supervisors_own_arrears_are_no_call_for_the_villages_help() -> None:
    assert summary(replace(child("a"), due=DueDays(supervisor=TODAY - 40 * DAY))).total.help_wanted == 0


# --- units -----------------------------------------------------------------------------------------------------------


def test_a_town_has_one_row_for_each_village_and_leaves_out_the_next_town() -> None:
    line = summary(child("a"), child("b", XIAOBA, Tier.RED), child("c", OTHER_XIAOBA))
    assert [(row.unit, row.children) for row in line.rows] == [(XIABA, 1), (XIAOBA, 1)]
    assert (line.total.children, line.total.by_tier) == (2, {Tier.RED: 1, Tier.YELLOW: 0, Tier.GREEN: 1})


def test_a_county_has_one_row_for_each_town_and_none_for_departments() -> None:
    line = summary(child("a"), child("b", XIAOBA), child("c", OTHER_XIAOBA), of=GAOTAI)
    assert [(row.unit, row.children) for row in line.rows] == [(XINBA, 2), (HEIQUAN, 1)]


def test_a_village_is_its_own_total_without_rows() -> None:
    line = summary(child("a"), child("b", XIAOBA), of=XIABA)
    assert (line.total.children, line.rows) == (1, ())


def test_open_reports_and_issues_are_counted_where_they_lie() -> None:
    line = summary(reports={XIABA.code: 2, OTHER_XIAOBA.code: 5}, issues={XINBA.code: 1, XIAOBA.code: 3})
    assert (line.total.open_reports, line.total.open_issues) == (2, 4)
    assert [(row.open_reports, row.open_issues) for row in line.rows] == [(2, 0), (0, 3)]


DUE = st.none() | st.dates(date(2026, 8, 1), date(2027, 3, 1))
PAST = st.lists(st.dates(date(2026, 1, 1), TODAY), max_size=3).map(tuple)
FACTS = st.builds(
    ChildFacts,
    child_id=st.uuids().map(str),
    unit=st.sampled_from([XIABA.code, XIAOBA.code, OTHER_XIAOBA.code]),
    tier=st.sampled_from(Tier),
    due=st.builds(DueDays, contact=DUE, visit=DUE, supervisor=DUE),
    contacts=PAST,
    visits=PAST,
    supervisor=PAST,
)
NUMBERS = [name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier")]


@given(st.lists(FACTS, max_size=30))
def test_rows_add_up_to_the_total_and_no_more_is_done_than_was_due(facts: list[ChildFacts]) -> None:
    line = summary(*facts, of=GAOTAI)
    assert line.total.children == len(facts)
    for name in NUMBERS:
        assert getattr(line.total, name) == sum(getattr(row, name) for row in line.rows)
    for row in (line.total, *line.rows):
        assert sum(row.by_tier.values()) == row.children
        for what in ("contacts", "visits", "supervisor"):
            assert getattr(row, f"{what}_done") <= getattr(row, f"{what}_due") <= row.children


# --- leaders ---------------------------------------------------------------------------------------------------------


def counts(unit: Unit, red: int, yellow: int, green: int, **more: int) -> UnitCounts:
    zero = dict.fromkeys(NUMBERS, 0)
    tiers = {Tier.RED: red, Tier.YELLOW: yellow, Tier.GREEN: green}
    return UnitCounts(unit=unit, by_tier=tiers, **(zero | {"children": red + yellow + green} | more))


def table(*rows: UnitCounts) -> Summary:
    tiers = [sum(row.by_tier[tier] for row in rows) for tier in Tier]
    total = counts(GAOTAI, *tiers, **{name: sum(getattr(row, name) for row in rows) for name in NUMBERS})
    return Summary(GAOTAI, TODAY, (TODAY, TODAY), (TODAY, TODAY), total, rows)


def shown(summary: LeaderSummary, column: str) -> list[int | None]:
    return [row.cells[column] for row in (summary.total, *summary.rows)]


def test_a_leader_sees_no_number_under_five() -> None:
    seen = suppress(table(counts(XINBA, 9, 20, 60, open_reports=1), counts(HEIQUAN, 8, 12, 40, open_reports=3)))
    assert shown(seen, "open_reports") == [None, None, None]
    assert shown(seen, "tier.red") == [15, 10, 10]


def test_the_one_hidden_row_cannot_be_worked_out_from_the_total() -> None:
    seen = suppress(table(counts(XINBA, 9, 20, 60, visits_overdue=30), counts(HEIQUAN, 8, 12, 40, visits_overdue=2)))
    assert shown(seen, "visits_overdue") == [30, None, None]


def test_a_hidden_tier_cannot_be_worked_out_from_the_other_tiers() -> None:
    seen = suppress(table(counts(XINBA, 2, 20, 60), counts(HEIQUAN, 8, 12, 40)))
    assert seen.rows[0].cells["tier.red"] is None
    assert seen.rows[0].cells["tier.yellow"] is None or seen.rows[0].cells["children"] is None


SMALL = st.integers(0, 12)
ROWS = st.lists(
    st.builds(counts, st.just(XINBA), SMALL, SMALL, SMALL, open_reports=SMALL, help_wanted=SMALL), max_size=5
)


@given(ROWS)
def test_no_sum_gives_a_small_cell_away(rows: list[UnitCounts]) -> None:
    plain = table(*rows)
    seen = suppress(plain)
    lines = [(seen.total, plain.total), *zip(seen.rows, plain.rows, strict=True)]
    for line, _ in lines:
        assert all(value is None or value >= 5 for value in line.cells.values())
    real = [
        dict.fromkeys(NUMBERS, 0) | {c: getattr(row, c) for c in NUMBERS} | {f"tier.{t}": row.by_tier[t] for t in Tier}
        for row in (plain.total, *plain.rows)
    ]
    cells = [line.cells for line, _ in lines]
    sums = [((0, column), [(row, column) for row in range(1, len(lines))]) for column in cells[0]]
    sums += [((row, "children"), [(row, f"tier.{tier}") for tier in Tier]) for row in range(len(lines))]
    for (line, whole), parts in sums:
        hidden = [real[row][column] for row, column in parts if cells[row][column] is None]
        if cells[line][whole] is not None and hidden:
            assert len(hidden) > 1
            assert sum(hidden) >= 5


@given(st.integers(5, 4000), st.integers(5, 4000))
def test_a_difference_of_two_numbers_a_leader_sees_says_nothing_smaller_than_five(one: int, other: int) -> None:
    """Yesterday's table and today's may be subtracted; all of a whole stays all of it, five missing stay missing."""
    assert abs(rounded(one) - one) <= 2
    assert (rounded(one) - rounded(other)) % 5 == 0
    assert rounded(one) >= 5
    if abs(one - other) >= 5:
        assert rounded(one) != rounded(other)


def test_large_cells_are_shown() -> None:
    plain = table(counts(XINBA, 9, 20, 60, **{name: 50 for name in NUMBERS if name != "children"}))
    assert None not in suppress(plain).total.cells.values()


# --- coverage and load -----------------------------------------------------------------------------------------------


def test_coverage_is_the_share_of_children_reached_in_each_month() -> None:
    enrolments = [
        Enrolment("a", date(2025, 1, 1), contacts=(date(2026, 9, 3), date(2026, 9, 4), date(2026, 11, 1))),
        Enrolment("b", date(2025, 1, 1), contacts=(date(2026, 10, 31),)),
    ]
    found = coverage_by_month(enrolments, TODAY, COUNTY_DEFAULTS, months=4)
    assert [(line.month, line.share, line.children) for line in found] == [
        (date(2026, 8, 1), 0.0, 2),
        (date(2026, 9, 1), 0.5, 2),
        (date(2026, 10, 1), 0.5, 2),
        (date(2026, 11, 1), 0.5, 2),
    ]


def test_a_child_counts_from_when_it_owes_a_contact_until_its_file_is_closed() -> None:
    enrolments = [
        Enrolment("late", date(2026, 10, 28)),
        Enrolment("late, but reached", date(2026, 10, 28), contacts=(date(2026, 10, 30),)),
        Enrolment("closed", date(2025, 1, 1), closed_on=date(2026, 10, 15)),
        Enrolment("closed on the last day", date(2025, 1, 1), closed_on=date(2026, 9, 30)),
    ]
    found = coverage_by_month(enrolments, TODAY, COUNTY_DEFAULTS, months=4)
    assert [(line.children, line.share) for line in found] == [(2, 0.0), (1, 0.0), (1, 1.0), (2, 0.0)]


def test_coverage_of_a_county_without_children_is_unknown_not_zero() -> None:
    found = coverage_by_month([], TODAY, COUNTY_DEFAULTS)
    assert len(found) == 12
    assert all(line.share is None for line in found)
    assert (found[0].month, found[-1].month) == (date(2025, 12, 1), date(2026, 11, 1))


def test_the_load_of_this_week_holds_what_is_overdue() -> None:
    facts = [
        replace(child("a"), due=DueDays(contact=TODAY - 90 * DAY, visit=date(2026, 11, 22))),
        replace(child("b"), due=DueDays(contact=date(2026, 11, 23), supervisor=date(2027, 12, 31))),
    ]
    load = due_load(facts, TODAY, weeks=2)
    assert [(week.monday, week.contacts, week.visits, week.supervisor) for week in load] == [
        (date(2026, 11, 16), 1, 1, 0),
        (date(2026, 11, 23), 1, 0, 0),
    ]


# --- overdue ---------------------------------------------------------------------------------------------------------

ROTA = Rota(
    UNITS,
    (
        Post("post-li", Role.CHILD_DIRECTOR, XIABA, holder="li"),
        Post("post-vacant", Role.CHILD_DIRECTOR, XIAOBA),
        Post("post-wang", Role.SUPERVISOR, XINBA, holder="wang"),
        Post("post-zhao", Role.COUNTY, GAOTAI, deputy="zhao"),
    ),
)


def late(name: str, days: int, tier: Tier = Tier.GREEN, duty: Duty = CONTACT, unit: Unit = XIABA) -> OpenDuty:
    file = Child(name, name, name, unit.code, tier=tier)
    since = Fact(FactKind.CONTACT, date(2026, 1, 1))
    return OpenDuty(duty, f"child:{name}", unit.code, TODAY - days * DAY, since, file)


def test_the_overdue_list_is_of_children_red_first_then_the_longest() -> None:
    found = overdue_list(
        [late("a", 3), late("b", 30), late("c", 1, Tier.RED), late("a", 50, duty=VISIT), late("d", 0, Tier.RED)],
        ROTA,
        TODAY,
    )
    assert [(line.child_id, line.days) for line in found] == [("c", 1), ("a", 50), ("b", 30)]
    assert [duty.duty for duty in found[1].duties] == [VISIT, CONTACT]


def test_each_overdue_child_names_the_posts_that_can_help_the_nearest_first() -> None:
    near, vacant = overdue_list([late("a", 3), late("b", 2, unit=XIAOBA)], ROTA, TODAY)
    assert near.helpers == ("post-li", "post-wang", "post-zhao")
    assert vacant.helpers == ("post-wang", "post-zhao")


def test_a_report_without_receipt_is_no_overdue_child() -> None:
    assert overdue_list(receipts_due([WaitingReport("r", POLICE.code, TODAY - 9 * DAY)]), ROTA, TODAY) == ()
