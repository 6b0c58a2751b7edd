"""What breaks, and when: the bot, its scheduler, or the line, for hours or days; clocks put back; two schedulers at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from random import Random

from domain.calendar import at

# When the clockwork looks, besides its half minutes: those that matter are the edges of hours, nights and noons.
LOOKS = tuple(time(h, m) for h, m in ((0, 0), (7, 30), (9, 0), (12, 20), (14, 30), (21, 10)))


class Part(Enum):
    """What can be down: chance on a day, longest in hours."""

    BOT = (0.025, 110)  # everything: people's messages wait at the server
    SCHEDULER = (0.015, 80)  # only the reminders
    LINE = (0.03, 60)  # nothing goes out


@dataclass(frozen=True)
class Outage:
    part: Part
    since: datetime
    until: datetime


class Weather:
    """Drawn day by day from the seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(f"{seed}/weather")
        self.outages: list[Outage] = []

    def on(self, day: date) -> list[datetime]:
        """The moments at which the clockwork looks on this day, if it runs: also when it has just come back."""
        self.outages = [one for one in self.outages if one.until > at(day, time(0))]
        for part in Part:
            chance, longest = part.value
            if self.rng.random() < chance:
                since = at(day, time(0)) + timedelta(minutes=self.rng.randrange(24 * 60))
                hours = longest * self.rng.random() ** 2  # mostly short, now and then for days
                self.outages.append(Outage(part, since, since + timedelta(hours=1 + hours)))
        looks = [at(day, hour) + timedelta(seconds=self.rng.randrange(25)) for hour in LOOKS]
        looks.append(at(day, time(0)) + timedelta(minutes=self.rng.randrange(24 * 60)))
        back = [one.until + timedelta(seconds=5) for one in self.outages if one.part is not Part.LINE]
        looks += [moment for moment in back if moment.astimezone(looks[0].tzinfo).date() == day]
        return sorted(looks)

    def down(self, part: Part, moment: datetime) -> bool:
        return any(one.part is part and one.since <= moment < one.until for one in self.outages)

    @property
    def twice(self) -> bool:
        """Two schedulers look at the same moment."""
        return self.rng.random() < 0.1

    @property
    def dies(self) -> bool:
        """The process is killed after the look was committed and before anything was sent, and comes back."""
        return self.rng.random() < 0.03

    @property
    def put_back(self) -> timedelta:
        """The clock is corrected by up to an hour, backwards."""
        return timedelta(minutes=self.rng.randrange(1, 60)) if self.rng.random() < 0.01 else timedelta(0)
