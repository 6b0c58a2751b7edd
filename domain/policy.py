"""The county's own numbers (domain.md 2.6), never looser than the plan's minimum (plan task 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta

from domain.calendar import QUIET_HOURS, STATUTORY, Calendar, Quiet
from domain.children import Tier
from domain.people import Role
from domain.seasons import FARM

PLAN_VISIT_MONTHS = 3  # plan task 9: at least one home visit in three months
LONGEST_MONTH = 31  # plan task 9: at least one contact a month
PLAN_SUPERVISOR_MONTHS = 12  # plan task 9: the supervisor reaches each family at least once a year
CALENDAR_PERIODS = (1, 3, 6, 12)  # month, quarter, half-year, year
MINUTES_A_DAY = 24 * 60


class PolicyRefused(ValueError):
    """Numbers the county may not or cannot set. `key` and `params` name the sentence in locales/ that says why."""

    def __init__(self, key: str, **params: str | int) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params


def _plan_allows(what: str, value: int, most: int) -> None:
    if value < 1:
        raise PolicyRefused("policy.not_positive", what=what, value=value)
    if value > most:
        raise PolicyRefused("policy.below_plan", what=what, value=value, most=most)


def _within(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise PolicyRefused("policy.out_of_range", what=what, value=value, least=least, most=most)


def _all_quiet(spans: tuple[Quiet, ...]) -> bool:
    clock = (time(minute // 60, minute % 60) for minute in range(MINUTES_A_DAY))
    return all(any(hour in span for span in spans) for hour in clock)


@dataclass(frozen=True)
class Frequency:
    """How often a child of one tier is contacted, visited at home and called by the supervisor.

    Each calendar month wants a contact in any case; `contact_days` asks for more. Visits are counted from the last
    completed visit. `supervisor_months` is a calendar period: 12 is the calendar year.
    """

    visit_months: int = PLAN_VISIT_MONTHS
    contact_days: int | None = None
    supervisor_months: int = 12

    def __post_init__(self) -> None:
        _plan_allows("visit_months", self.visit_months, PLAN_VISIT_MONTHS)
        _plan_allows("supervisor_months", self.supervisor_months, PLAN_SUPERVISOR_MONTHS)
        if self.contact_days is not None:
            _plan_allows("contact_days", self.contact_days, LONGEST_MONTH)
        if self.supervisor_months not in CALENDAR_PERIODS:
            raise PolicyRefused("policy.no_calendar_period", what="supervisor_months", value=self.supervisor_months)

    def no_looser_than(self, other: Frequency) -> bool:
        """Every number asks for at least as much as the other's."""
        return (
            self.visit_months <= other.visit_months
            and (self.contact_days or LONGEST_MONTH) <= (other.contact_days or LONGEST_MONTH)
            and self.supervisor_months <= other.supervisor_months
        )


@dataclass(frozen=True)
class Steps:
    """On which days an open duty is brought up: so many days before it is due, that day, then every so many days."""

    before: tuple[int, ...] = (3,)
    on_the_day: bool = True
    every: int = 3

    def __post_init__(self) -> None:
        for what, value in (*(("steps_before", days) for days in self.before), ("steps_every", self.every)):
            if value < 1:
                raise PolicyRefused("policy.not_positive", what=what, value=value)


@dataclass(frozen=True)
class Level:
    """Who is asked to help once work is overdue by more than so many days."""

    after_days: int
    role: Role


@dataclass(frozen=True)
class ReportTimes:
    """How long each step of a mandatory report may take (domain.md 1.4; the county signs its own).

    `*_again` is how long somebody has to acknowledge an escalation before it rises to the next person.
    """

    receipt: timedelta = timedelta(hours=2)
    receipt_unsafe: timedelta = timedelta(minutes=30)  # our own: the child is not known to be safe
    homeless: timedelta = timedelta(hours=2)  # sent back by everybody: the county finds the next
    homeless_unsafe: timedelta = timedelta(minutes=30)
    safety: timedelta = timedelta(hours=24)
    transfer: timedelta = timedelta(hours=24)  # a child of another county: handed to where it belongs
    feedback_working_days: int = 3
    progress_days: int = 30
    visit_days: int = 7
    revisit_days: int = 30
    follow: tuple[timedelta, ...] = (timedelta(hours=2), timedelta(hours=24), timedelta(days=3))
    call: timedelta = timedelta(minutes=10)  # has 110 been called? asked again
    call_again: timedelta = timedelta(minutes=30)
    again_unsafe: timedelta = timedelta(minutes=15)
    again: timedelta = timedelta(hours=2)
    draft_ask: timedelta = timedelta(minutes=10)  # silence over a draft: a gentle question
    draft_tell: tuple[timedelta, ...] = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=24))

    def __post_init__(self) -> None:
        spans = (
            ("receipt", self.receipt, timedelta(hours=24)), ("receipt_unsafe", self.receipt_unsafe, timedelta(hours=2)),
            ("safety", self.safety, timedelta(hours=24)), ("transfer", self.transfer, timedelta(hours=72)),
            ("again", self.again, timedelta(hours=24)),
            ("again_unsafe", self.again_unsafe, timedelta(hours=2)), ("homeless", self.homeless, timedelta(hours=24)),
            ("homeless_unsafe", self.homeless_unsafe, timedelta(hours=2)), ("call", self.call, timedelta(hours=2)),
            ("call_again", self.call_again, timedelta(hours=4)), ("draft_ask", self.draft_ask, timedelta(hours=1)),
            *(("draft_tell", span, timedelta(hours=48)) for span in self.draft_tell),
            *(("follow", span, timedelta(days=7)) for span in self.follow),
        )  # fmt: skip
        for what, span, most in spans:
            _within(what, round(span.total_seconds() / 60), 5, round(most.total_seconds() / 60))
        _within("feedback_working_days", self.feedback_working_days, 1, 10)
        _within("progress_days", self.progress_days, 1, 90)
        _within("visit_days", self.visit_days, 1, 30)
        _within("revisit_days", self.revisit_days, 1, 31)
        if len(self.follow) != 3 or list(self.follow) != sorted(set(self.follow)):
            raise PolicyRefused("policy.out_of_range", what="follow", value=len(self.follow), least=3, most=3)


@dataclass(frozen=True)
class ReferralTimes:
    """When a word is expected on a referral (domain.referrals.clocks). No law sets these; the county signs its own."""

    accept_working_days: int = 3
    first_word_working_days: int = 10
    word_days: int = 30
    county_working_days: int = 3  # after the unit was reminded: the county hears
    tell_days: int = 7  # after the result: the director tells the family

    def __post_init__(self) -> None:
        _within("accept_working_days", self.accept_working_days, 1, 10)
        _within("first_word_working_days", self.first_word_working_days, 3, 30)
        _within("word_days", self.word_days, 7, 90)
        _within("county_working_days", self.county_working_days, 1, 15)
        _within("tell_days", self.tell_days, 1, 30)


@dataclass(frozen=True)
class WarningRules:
    """From when something is worth a look (domain.early_warning). PROPOSALS; the county sets its own."""

    injuries: int = 2  # children hurt in one village
    injury_days: int = 30
    missed: int = 3  # attempts in a row that reached nobody
    pair_days: int = 60  # school and mood together
    uncared_days: int = 30  # since anybody was reached, the agreement being over
    silent: int = 3  # contacts in a row at which the parents had not called
    household: int = 2  # children of one household with open problems at home

    def __post_init__(self) -> None:
        _within("injuries", self.injuries, 1, 10)
        _within("injury_days", self.injury_days, 7, 180)
        _within("missed", self.missed, 2, 10)
        _within("pair_days", self.pair_days, 14, 365)
        _within("uncared_days", self.uncared_days, 14, 180)
        _within("silent", self.silent, 2, 12)
        _within("household", self.household, 2, 10)


@dataclass(frozen=True)
class Policy:
    """All numbers in force on one day. Making one checks it: a Policy that exists may be used.

    Raises PolicyRefused when it is looser than the plan, when a higher tier would get less than a lower one, or when
    no reminder could ever be sent.
    """

    red: Frequency = Frequency(visit_months=1, contact_days=7, supervisor_months=1)
    yellow: Frequency = Frequency(visit_months=2, contact_days=14, supervisor_months=3)
    green: Frequency = field(default_factory=Frequency)
    grace_days: int = 7  # added in the last days of a month: that month wants no contact yet
    first_visit_working_days: int = 5
    after_pause_days: int = 7
    retry_days: int = 2  # nobody was reached: tried again within so many days
    lost_days: int = 14  # nobody reached for so long, after three attempts: a possible report (R6, R7)
    red_visit_days: int = 2  # a child that became red is visited within 48 hours
    red_supervisor_days: int = 7  # and looked at by the supervisor within a week
    steps: Steps = field(default_factory=Steps)
    receipt_steps: Steps = Steps(before=(), on_the_day=False, every=1)  # the report itself went out at once
    digest_hour: time = time(9, 0)
    quiet_hours: tuple[Quiet, ...] = QUIET_HOURS
    help_levels: tuple[Level, ...] = (Level(7, Role.SUPERVISOR), Level(21, Role.COUNTY))
    calendar: Calendar = STATUTORY
    reports: ReportTimes = field(default_factory=ReportTimes)
    referrals: ReferralTimes = field(default_factory=ReferralTimes)
    warnings: WarningRules = field(default_factory=WarningRules)
    messages_a_day: int = 6  # unasked, to one person; emergencies and answers apart
    snooze_days: int = 7  # a reminder may be put off so long at a time
    farm_seasons: tuple[tuple[str, str], ...] = FARM  # when people are in the fields by day: MM-DD to MM-DD

    def __post_init__(self) -> None:
        for higher, lower in ((Tier.YELLOW, Tier.GREEN), (Tier.RED, Tier.YELLOW)):
            if not self.frequency(higher).no_looser_than(self.frequency(lower)):
                raise PolicyRefused("policy.tiers_upside_down", higher=higher.value, lower=lower.value)
        _within("grace_days", self.grace_days, 0, 7)
        _within("first_visit_working_days", self.first_visit_working_days, 1, 20)
        _within("retry_days", self.retry_days, 1, 7)
        _within("lost_days", self.lost_days, 3, 60)
        _within("red_visit_days", self.red_visit_days, 1, 7)
        _within("red_supervisor_days", self.red_supervisor_days, 1, 14)
        _within("messages_a_day", self.messages_a_day, 2, 20)
        _within("snooze_days", self.snooze_days, 1, 14)
        _within("after_pause_days", self.after_pause_days, 0, LONGEST_MONTH)
        after = [level.after_days for level in self.help_levels]
        if after != sorted(set(after)) or any(days < 1 for days in after):
            raise PolicyRefused("policy.help_levels")
        # from 0:00 to 0:00 is how people write "all day"; it would silently mean "never"
        if any(span.since == span.until for span in self.quiet_hours) or _all_quiet(self.quiet_hours):
            raise PolicyRefused("policy.always_quiet")
        if any(self.digest_hour in span for span in self.quiet_hours):
            raise PolicyRefused("policy.digest_in_quiet_hours", hour=self.digest_hour.strftime("%H:%M"))

    def frequency(self, tier: Tier) -> Frequency:
        """What a child of that tier gets."""
        return {Tier.RED: self.red, Tier.YELLOW: self.yellow, Tier.GREEN: self.green}[tier]

    @property
    def help_after_days(self) -> int:
        """Overdue by more than this: somebody should help."""
        return self.help_levels[0].after_days if self.help_levels else 0


COUNTY_DEFAULTS = Policy()
