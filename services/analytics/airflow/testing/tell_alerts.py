"""The callbacks of alerts without Airflow and NATS: `tell_alerts.py DAGS STEPS`. Prints what was told, as JSON lines.

STEPS is a JSON list of `[callback, task, day, nats]`, where nats is "there", "away" or "streamless". Each line is what
one step told; the last one names the variables that are left. They live as long as the program.
"""

import importlib
import json
import logging
import os
import sys
import types
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

TASKS = ["ensure_partitions", "rollup_days", "check_counts"]


class Variable:
    kept: ClassVar[dict[str, str]] = {}

    @classmethod
    def get(cls, key: str, default: str | None) -> str | None:
        return cls.kept.get(key, default)

    @classmethod
    def set(cls, key: str, value: str) -> None:
        cls.kept[key] = value

    @classmethod
    def delete(cls, key: str) -> None:
        del cls.kept[key]


class NoAnswerError(Exception):
    pass


class NoStreamResponseError(Exception):
    pass


def stand_in(name: str, **names: Any) -> None:
    module = types.ModuleType(name)
    vars(module).update(names)
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent != "":
        setattr(sys.modules[parent], last, module)


def make_connect(told: list[Any], nats: dict[str, str]) -> Any:
    class JetStream:
        async def publish(self, subject: str, payload: bytes, timeout: int) -> None:
            alert = json.loads(payload)
            if subject != f"alerts.spark.airflow.{alert['group']}":
                raise ValueError(subject)
            told.append({key: alert[key] for key in ("group", "state", "alertId", "clearedAt")})
            if nats["is"] == "streamless":
                raise NoStreamResponseError

    class Client:
        def jetstream(self) -> JetStream:
            return JetStream()

        async def close(self) -> None:
            pass

    async def connect(**_: Any) -> Client:
        if nats["is"] == "away":
            raise OSError("connection refused")
        return Client()

    return connect


def main(dags: str, steps: str) -> None:
    told: list[Any] = []
    nats = {"is": "there"}
    stand_in("airflow")
    stand_in("airflow.sdk", Variable=Variable)
    stand_in("airflow.sdk.definitions")
    stand_in("airflow.sdk.definitions.context", Context=dict)
    stand_in("nats", connect=make_connect(told, nats))
    stand_in("nats.errors", TimeoutError=NoAnswerError)
    stand_in("nats.js")
    stand_in("nats.js.errors", NoStreamResponseError=NoStreamResponseError)
    os.environ["NATS_URL"] = "nats://test:4222"
    logging.disable()
    sys.path.insert(0, str(Path(dags)))
    # Now that what it imports is there.
    alerts = importlib.import_module("spark_rollups.alerts")

    dag = types.SimpleNamespace(
        dag_id="d", dagrun_timeout="6 h", tasks=[types.SimpleNamespace(task_id=task) for task in TASKS]
    )
    for callback, task, day, is_nats in json.loads(steps):
        nats["is"] = is_nats
        told.clear()
        moment = datetime.fromisoformat(f"{day}T00:15:00").replace(tzinfo=UTC)
        context = {
            "dag": dag,
            "run_id": day,
            "reason": "timed_out",
            "exception": "it failed",
            "dag_run": types.SimpleNamespace(run_id=day, logical_date=moment, run_after=moment),
            "task_instance": types.SimpleNamespace(dag_id="d", task_id=task, try_number=1),
        }
        getattr(alerts, callback)(context)
        sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.write(json.dumps(sorted(Variable.kept)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
