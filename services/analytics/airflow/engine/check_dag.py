"""`check_dag.py DAYS`: reads the DAG as Airflow does and, with the connection of a run, compares the figures of so many
days with their events; with 0 the DAG alone.

Prints one JSON object; changes nothing. Exit code 1 with the reason on standard error when a run would fail.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowFailException

DAGS = Path(__file__).parent.parent / "dags"


def main(check_days: str) -> None:
    sys.path.insert(0, str(DAGS))
    bag = DagBag(DAGS)
    if bag.import_errors:
        sys.exit(f"The DAG cannot be read: {bag.import_errors}")
    [dag] = bag.dags.values()
    from spark_rollups import steps  # noqa: PLC0415 (found in the folder of the DAG, which Airflow puts on the path)

    try:
        days = int(check_days)
        checked = steps.check_counts(datetime.now(UTC).date(), days) if days > 0 else 0
    except AirflowFailException as differing:
        sys.exit(str(differing))
    report = {"dag": dag.dag_id, "tasks": [task.task_id for task in dag.topological_sort()], "checkedDays": checked}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
