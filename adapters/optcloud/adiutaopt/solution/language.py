"""What is written on a picture of a plan, in the vendor's two languages (adiutaOpt facts F078: German and English)."""

from __future__ import annotations

from datetime import date

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


ENGLISH = ChartLanguage(
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    long="{weekday} {date.day} {month} {date.year}",
    short=("{weekday} {date.day} {month}", "{weekday} {date.day}", "{date.day}"),
    point=".",
    around=ChartWords(lane="Worker", note="hours · tasks", open="Not assigned"),
    subtitle="{first} to {last} · {assigned} of {tasks} tasks assigned · {busy} of {workers} workers busy · {hours}",
    day_note="{tasks} tasks · {workers} workers · {hours}",
    day_open=" · {open} not assigned",
    count="{tasks} tasks",
    open_count="{open} open",
    untimed="{tasks} tasks without a start and an end are not shown",
    task="task",
    profit="profit",
    no_kind="other",
    one_kind="tasks",
)
GERMAN = ChartLanguage(
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
    long="{weekday} {date.day}. {month} {date.year}",
    short=("{weekday} {date.day}. {month}", "{weekday} {date.day}.{number}.", "{weekday} {date.day}.", "{date.day}."),
    point=",",
    around=ChartWords(
        lane="Kraft",
        note="Stunden · Aufgaben",
        open="Nicht besetzt",
        page="Seite {page} von {pages}",
        search="Suchen",
        shown="{shown} von {all} Aufgaben gezeigt",
        others="andere Arten",
    ),
    subtitle="{first} bis {last} · {assigned} von {tasks} Aufgaben besetzt · {busy} von {workers} Kräften · {hours}",
    day_note="{tasks} Aufgaben · {workers} Kräfte · {hours}",
    day_open=" · {open} nicht besetzt",
    count="{tasks} Aufg.",
    open_count="{open} offen",
    untimed="{tasks} Aufgaben ohne Anfang und Ende sind nicht gezeigt",
    task="Aufgabe",
    profit="Gewinn",
    no_kind="andere",
    one_kind="Aufgaben",
)
LANGUAGES = {"en": ENGLISH, "de": GERMAN}
