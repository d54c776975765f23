"""Runs the DAG for real, one run per UTC day, without a scheduler: `run_days.py REPORT FIRST LAST`.

Writes one JSON line per run to REPORT: day, state, and the state of each task. Airflow's own log is on standard output.
The database of Airflow itself must be there (`airflow db migrate`).
"""

import json
import sys
from pathlib import Path

import pendulum
from airflow.dag_processing.dagbag import DagBag

DAGS = Path(__file__).parent.parent / "dags"


def main(report: str, first: str, last: str) -> None:
    sys.path.insert(0, str(DAGS))
    bag = DagBag(DAGS)
    if bag.import_errors:
        sys.exit(f"the DAG cannot be read: {bag.import_errors}")
    [dag] = bag.dags.values()
    # `test` waits the delay of a retry for real.
    for task in dag.tasks:
        task.retries = 0
    days = pendulum.interval(pendulum.from_format(first, "YYYY-MM-DD"), pendulum.from_format(last, "YYYY-MM-DD"))
    with Path(report).open("a") as lines:
        for day in days.range("days"):
            run = dag.test(logical_date=day.at(0, 15))
            tasks = {task.task_id: str(task.state) for task in run.get_task_instances()}
            lines.write(json.dumps({"day": day.to_date_string(), "state": str(run.state), "tasks": tasks}) + "\n")
            lines.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
