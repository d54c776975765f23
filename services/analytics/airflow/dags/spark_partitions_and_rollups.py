"""The daily run over SPARK's database: months made ahead, days rolled and checked, old months dropped.

Every step is a SQL function of database/ in a transaction of its own, and may be repeated: a run that was killed is
simply run again. What is looked after is the clock's (months ahead) or the run's own day (everything else), so that a
backfill of the past neither brings back months that retention dropped nor rolls a day that is still going on.
"""

from datetime import date

import pendulum
from airflow.sdk import Param, dag, get_current_context, task

from spark_rollups import alerts, steps


def day_of_run() -> date:
    """UTC day that the run is for; a run that was started by hand without a date is for the day of its start."""
    run = get_current_context()["dag_run"]
    moment = run.logical_date or run.run_after
    return pendulum.instance(moment).in_timezone("UTC").date()


@dag(
    dag_id="spark_partitions_and_rollups",
    description="Partitions three months ahead, daily rollups with late events, checks, retention, statistics",
    # After midnight UTC, when the day before has ended and most of what was on its way has come.
    schedule="15 0 * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    # The next run rolls whatever is due, however many runs were missed; a backfill rolls days again on purpose.
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=pendulum.duration(hours=6),
    on_failure_callback=alerts.run_failed,
    on_success_callback=alerts.run_succeeded,
    params={
        "months_ahead": Param(3, type="integer", minimum=1, maximum=24, description="Months made after this one"),
        "check_days": Param(7, type="integer", minimum=1, maximum=366, description="Days before the run's to check"),
    },
    default_args={
        "owner": "spark",
        "retries": 3,
        "retry_delay": pendulum.duration(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": pendulum.duration(minutes=15),
        "execution_timeout": pendulum.duration(minutes=30),
        "on_failure_callback": alerts.task_failed,
        "on_success_callback": alerts.task_succeeded,
    },
    tags=["spark"],
    doc_md=__doc__,
)
def spark_partitions_and_rollups() -> None:
    @task
    def ensure_partitions() -> int:
        return steps.ensure_partitions(get_current_context()["params"]["months_ahead"])

    # Every day that is due may be many after an outage of weeks; what is rolled stays rolled when the time is up.
    @task(execution_timeout=pendulum.duration(hours=4))
    def rollup_days() -> list[str]:
        return steps.rollup_days(day_of_run())

    @task
    def check_counts() -> int:
        return steps.check_counts(day_of_run(), get_current_context()["params"]["check_days"])

    # The function waits 2 s for its lock, so that writers do not wait long; it is tried more often instead.
    @task(retries=10)
    def drop_old_partitions() -> dict[str, int]:
        return steps.drop_old_partitions(day_of_run())

    @task
    def refresh_statistics() -> None:
        steps.refresh_statistics()

    # Nothing is dropped before its figures were seen to be right.
    ensure_partitions() >> rollup_days() >> check_counts() >> drop_old_partitions() >> refresh_statistics()


spark_partitions_and_rollups()
