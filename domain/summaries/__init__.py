"""Summaries: from facts to tables, once, so that text, chart and workbook cannot disagree (design.md 5).

Coverage counts children, not actions and not people: it is there to find the child nobody reached. Late work counts on
its own day. `table` is the running month, quarter and year; `gone` any days gone by; `small_cells` what leaders see.
"""

from domain.summaries.board import ClockLine as ClockLine
from domain.summaries.board import Light as Light
from domain.summaries.board import Square as Square
from domain.summaries.board import TaskLine as TaskLine
from domain.summaries.board import TownSquares as TownSquares
from domain.summaries.board import light_of as light_of
from domain.summaries.board import squares_of as squares_of
from domain.summaries.gone import PERIOD_COLUMNS as PERIOD_COLUMNS
from domain.summaries.gone import ChildMonths as ChildMonths
from domain.summaries.gone import PeriodCounts as PeriodCounts
from domain.summaries.gone import PeriodSummary as PeriodSummary
from domain.summaries.gone import coverage_of as coverage_of
from domain.summaries.gone import missed_in as missed_in
from domain.summaries.gone import summarise_period as summarise_period
from domain.summaries.late import OverdueChild as OverdueChild
from domain.summaries.late import overdue_list as overdue_list
from domain.summaries.periods import BadPeriod as BadPeriod
from domain.summaries.periods import Period as Period
from domain.summaries.periods import find_period as find_period
from domain.summaries.small_cells import FEWEST_SHOWN as FEWEST_SHOWN
from domain.summaries.small_cells import LeaderPeriod as LeaderPeriod
from domain.summaries.small_cells import LeaderRow as LeaderRow
from domain.summaries.small_cells import LeaderSummary as LeaderSummary
from domain.summaries.small_cells import rounded as rounded
from domain.summaries.small_cells import suppress as suppress
from domain.summaries.small_cells import suppress_period as suppress_period
from domain.summaries.table import COLUMNS as COLUMNS
from domain.summaries.table import QUARTER as QUARTER
from domain.summaries.table import ChildFacts as ChildFacts
from domain.summaries.table import Summary as Summary
from domain.summaries.table import UnitCounts as UnitCounts
from domain.summaries.table import rolled as rolled
from domain.summaries.table import summarise as summarise
from domain.summaries.table import tabulate as tabulate
from domain.summaries.trends import Enrolment as Enrolment
from domain.summaries.trends import MonthCoverage as MonthCoverage
from domain.summaries.trends import WeekLoad as WeekLoad
from domain.summaries.trends import coverage_by_month as coverage_by_month
from domain.summaries.trends import due_load as due_load
from domain.summaries.trends import load_by_week as load_by_week
