"""One function per task. Each statement commits by itself, so that what is done stays done when a later one fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Variable
from airflow.sdk.exceptions import AirflowFailException

CONNECTION = "spark_postgres"
KEEP_MONTHS = "spark_keep_months"
MOST_MONTHS = 1200
# Longer than any one day takes, shorter than the task: the server then ends the statement, not Airflow the process.
STATEMENT_TIMEOUT_MS = 25 * 60 * 1000
# object_not_in_prerequisite_state: figures that differ, which trying again does not mend.
NOT_READY = "55000"

log = logging.getLogger(__name__)


@contextmanager
def statements() -> Iterator["Run"]:
    """A connection that commits each statement; closed at the end."""
    # The server looks whether its client is there: what was killed must not go on waiting for a lock, or holding one.
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c client_connection_check_interval=5s"
        " -c timezone=UTC -c application_name=spark-airflow"
    )
    hook = PostgresHook(postgres_conn_id=CONNECTION, options=options)
    connection = hook.get_conn()
    try:
        hook.set_autocommit(connection, True)
        yield Run(connection)
    finally:
        connection.close()


class Run:
    """Runs statements on one connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())


def ensure_partitions(months_ahead: int) -> int:
    """Makes the months from the clock's to `months_ahead` later; returns how many were missing."""
    with statements() as run:
        [(made,)] = run.rows(
            "SELECT spark_ensure_partitions(today, (today + make_interval(months => %s))::date)"
            " FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock",
            months_ahead,
        )
    log.info("%s months made", made)
    return int(made)


def rollup_days(day: date) -> list[str]:
    """Rolls the day before `day` and every earlier one that is due; returns them. A rolled day is due no more, so a
    second try goes on where the first one ended."""
    with statements() as run:
        days: list[date] = [found for (found,) in run.rows("SELECT spark_days_to_roll(%s)", day)]
        for number, rolled in enumerate(days, start=1):
            counts = run.rows("SELECT rollup, row_count FROM spark_rollup_day(%s)", rolled)
            log.info("%s rolled (%s of %s): %s", rolled, number, len(days), dict(counts))
    return [rolled.isoformat() for rolled in days]


def check_counts(day: date, check_days: int) -> int:
    """Compares the daily figures of the days before `day` with their rows; returns how many days were looked at.

    Raises AirflowFailException (trying again would find the same) when events differ and no roll is due. Responses and
    calls that differ are logged only: the app writes their rows itself, before the events that make their day due.
    """
    with statements() as run:
        found = run.rows(
            "SELECT day, rollup, rolled, counted, due FROM spark_check_days(%s, %s)",
            day - timedelta(days=check_days),
            day,
        )
    wrong: list[str] = []
    for checked, rollup, rolled, counted, due in found:
        if rolled == counted:
            continue
        line = f"{checked} {rollup}: {rolled} rolled, {counted} there"
        if due or rollup != "spark_events_daily":
            log.warning("%s; right after the next roll", line)
        else:
            wrong.append(line)
    if wrong:
        raise AirflowFailException(
            "Daily figures differ from their events, and no roll is due: somebody wrote without noting the day. "
            "Nothing was dropped. Run `spark-db rollup <day>` for each, then clear this task.\n" + "\n".join(wrong)
        )
    return len({checked for checked, *_ in found})


def drop_old_partitions(day: date) -> dict[str, int]:
    """Drops the months that ended `spark_keep_months` before `day`, with windows and closed alerts of that time; none
    while that variable is not set. Each month by itself: what is dropped stays dropped when a later one is refused.

    Raises AirflowFailException (trying again would find the same) when a day of a month differs from its figures.
    """
    keep = kept_months(Variable.get(KEEP_MONTHS, default=None))
    if keep is None:
        log.info("nothing dropped: the variable %s is not set", KEEP_MONTHS)
        return {}
    dropped = {"months": 0, "windows": 0, "alerts": 0}
    with statements() as run:
        before = "(%s::date - make_interval(months => %s))::date"
        for (until,) in run.rows(f"SELECT spark_months_to_drop({before})", day, keep):
            try:
                [(months,)] = run.rows("SELECT spark_drop_partitions_before(%s)", until)
            except Exception as refused:
                if getattr(refused, "sqlstate", None) == NOT_READY:
                    raise AirflowFailException(
                        f"{refused}\nMonths dropped before it: {dropped['months']}. It was kept, and later ones."
                    ) from refused
                raise
            dropped["months"] += int(months)
        # From the first day of the oldest month that is kept on, everything is.
        first = f"date_trunc('month', {before})::date"
        [(dropped["windows"],)] = run.rows(f"SELECT spark_drop_windows_before({first})", day, keep)
        [(dropped["alerts"],)] = run.rows(f"SELECT spark_drop_alerts_before({first})", day, keep)
    log.info("dropped: %s; %s months kept", dropped, keep)
    return dropped


def kept_months(text: str | None) -> int | None:
    """How many months are kept; None: all. A wrong value drops nothing and fails the task at once."""
    if text is None or text.strip() == "":
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= MOST_MONTHS:
        raise AirflowFailException(
            f"The variable {KEEP_MONTHS} must be a whole number from 1 to {MOST_MONTHS}, not {text!r}."
        )
    return int(text)


def refresh_statistics() -> None:
    """Planner statistics of what this run changed."""
    with statements() as run:
        run.rows("SELECT spark_refresh_statistics()")
