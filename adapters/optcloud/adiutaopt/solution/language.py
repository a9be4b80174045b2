"""What is written on a picture of a plan, in the vendor's two languages (adiutaOpt facts F078: German and English)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.resources import files

import msgspec
from attrs import frozen

from optcloud.views.gantt.chart import ChartWords


@frozen
class ChartLanguage:
    """Texts, and how days and hours are written. Locales of the machine are left alone."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    long: str
    short: tuple[str, ...]
    point: str
    around: ChartWords
    subtitle: str
    day_note: str
    day_open: str
    count: str
    open_count: str
    untimed: str
    task: str
    profit: str
    no_kind: str
    one_kind: str

    def long_day(self, day: date) -> str:
        """Write a day with its weekday and year."""
        return self._written(self.long, day)

    def short_days(self, day: date) -> tuple[str, ...]:
        """Write a day, from the longest form to the shortest."""
        return tuple(self._written(form, day) for form in self.short)

    def hours(self, hours: float) -> str:
        """Write hours with at most one digit behind the point."""
        return f"{round(hours, 1):g}".replace(".", self.point) + " h"

    def _written(self, form: str, day: date) -> str:
        return form.format(
            weekday=self.weekdays[day.weekday()], month=self.months[day.month - 1], number=day.month, date=day
        )


LANGUAGES: Mapping[str, ChartLanguage] = msgspec.json.decode(
    files("optcloud.adiutaopt.solution").joinpath("languages.json").read_bytes(), type=dict[str, ChartLanguage]
)
