"""A task that failed for good is told on NATS, where the other alerts are."""

import asyncio
import json
import logging
import os
import ssl
import uuid
from datetime import UTC, datetime
from typing import Any

import nats
from airflow.sdk.definitions.context import Context

SUBJECT = "alerts.spark.airflow"
RULE = "task_failed"
# Names of alerts' ids; fixed for ever.
NAMESPACE = uuid.UUID("5b0b2c63-3f0e-5e0a-9a59-6d2f0a1f6f4e")
# NATS that is away must not hold the run's end: the state in Airflow is the truth, this is a message about it.
TIMEOUT_S = 5
SUMMARY_CHARS = 2000

log = logging.getLogger(__name__)


def publish_failure(context: Context) -> None:
    """Airflow's failure callback: publishes `alerts.spark.airflow.<dag>.<task>`. Never raises."""
    subject, alert = describe_failure(context)
    servers = os.environ.get("NATS_URL", "")
    if servers == "":
        log.warning("no alert published: NATS_URL is not set; it would have been %s", alert)
        return
    try:
        asyncio.run(asyncio.wait_for(_publish(servers.split(","), subject, json.dumps(alert).encode()), TIMEOUT_S * 2))
        log.info("alert published on %s", subject)
    except Exception:
        # Whatever kept it from being sent, the task's own failure is what must be seen.
        log.exception("the alert on %s was not published", subject)


def describe_failure(context: Context) -> tuple[str, dict[str, Any]]:
    """Subject and content of the alert: shared/contracts/alerts.ts, and the run that failed."""
    task = context["task_instance"]
    run = context["dag_run"]
    group = f"{task.dag_id}.{task.task_id}"
    raised_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{SUBJECT}.{group}", {
        "alertId": str(uuid.uuid5(NAMESPACE, f"{RULE}\n{group}\n{raised_at}")),
        "source": "airflow",
        "ruleId": RULE,
        "kind": RULE,
        "severity": "critical",
        "group": group,
        "state": "raised",
        "summary": str(context.get("exception") or "the task ended without a message")[:SUMMARY_CHARS],
        "value": None,
        "threshold": None,
        "baseline": None,
        "raisedAt": raised_at,
        "clearedAt": None,
        "run": run.run_id,
        "attempt": task.try_number,
    }


async def _publish(servers: list[str], subject: str, payload: bytes) -> None:
    """Connects with the same variables as SPARK's programs, sends, and waits until the server has it."""
    creds = os.environ.get("SPARK_NATS_CREDS")
    client = await nats.connect(
        servers=[server.strip() for server in servers],
        name="spark-airflow",
        connect_timeout=TIMEOUT_S,
        allow_reconnect=False,
        max_reconnect_attempts=1,
        tls=_tls(),
        **({"user_credentials": creds} if creds else {}),
    )
    try:
        await client.publish(subject, payload)
        await client.flush(timeout=TIMEOUT_S)
    finally:
        await client.close()


def _tls() -> ssl.SSLContext | None:
    """Only with an authority or a certificate of our own; a `tls:` address has the system's authorities."""
    authority = os.environ.get("SPARK_NATS_CA") or None
    certificate = os.environ.get("SPARK_NATS_CERT") or None
    if authority is None and certificate is None:
        return None
    tls = ssl.create_default_context(cafile=authority)
    if certificate is not None:
        tls.load_cert_chain(certificate, os.environ.get("SPARK_NATS_KEY") or None)
    return tls
