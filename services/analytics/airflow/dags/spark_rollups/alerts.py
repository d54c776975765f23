"""What failed for good is told on NATS, where the other alerts are, and told again when it is over.

An alert is kept in a variable of Airflow before it is told: NATS may be away for the very reason that the task failed
for, and then the next callback of any task tells it. Its beginning and its end are each told until a stream says that
it has them, under one id. A task's ends with a run of its day or of a later one: that a backfill of the past succeeds
says nothing about today.
"""

import asyncio
import json
import logging
import os
import ssl
import uuid
from datetime import UTC, datetime
from typing import Any, Literal, NotRequired, TypedDict

import nats
import nats.errors
import nats.js.errors
from airflow.sdk import Variable
from airflow.sdk.definitions.context import Context

SUBJECT = "alerts.spark.airflow"
TASK_FAILED = "task_failed"
RUN_TIMED_OUT = "run_timed_out"
# Names of alerts' ids; fixed for ever.
NAMESPACE = uuid.UUID("5b0b2c63-3f0e-5e0a-9a59-6d2f0a1f6f4e")
# NATS that is away must not hold the run's end: the state in Airflow is the truth, this is a message about it.
TIMEOUT_S = 5
SUMMARY_CHARS = 2000

log = logging.getLogger(__name__)


class UnacknowledgedError(Exception):
    """It was sent, and no stream says that it has it."""


class Kept(TypedDict):
    """An alert that is open, or whose end nobody has yet."""

    alert: dict[str, Any]
    # How far its beginning came: nowhere, to whoever listened, or into a stream.
    told: Literal["no", "sent", "kept"]
    # UTC day of the run that failed, the latest if several did; an alert of before this was kept has none.
    day: NotRequired[str]


def task_failed(context: Context) -> None:
    """Callback of a task that failed for good: raises `alerts.spark.airflow.<dag>.<task>`. Never raises an error."""
    task = context["task_instance"]
    summary = str(context.get("exception") or "the task ended without a message")
    details = {"run": context["dag_run"].run_id, "attempt": task.try_number}
    _raise(TASK_FAILED, f"{task.dag_id}.{task.task_id}", summary, details, _day_of(context))
    _tell(context)


def task_succeeded(context: Context) -> None:
    """Callback of a task that succeeded: ends the alert that an earlier day or an earlier try left open, and tells what
    could not be told before. Never raises an error."""
    task = context["task_instance"]
    _end(TASK_FAILED, f"{task.dag_id}.{task.task_id}", _day_of(context))
    _tell(context)


def run_failed(context: Context) -> None:
    """Callback of a run that failed: raises `alerts.spark.airflow.<dag>` when it was stopped for its time limit, as no
    task says so then. Never raises an error."""
    if context.get("reason") != "timed_out":
        return
    dag = context["dag"]
    summary = (
        f"The run {context['run_id']} was stopped: it had not ended within {dag.dagrun_timeout}. What it had rolled "
        "stays rolled. Look for a task that waits (locks in pg_stat_activity); the next run goes on."
    )
    _raise(RUN_TIMED_OUT, dag.dag_id, summary, {"run": context["run_id"]})
    _tell(context)


def run_succeeded(context: Context) -> None:
    """Callback of a run that succeeded: ends the alert of one that was stopped, of whatever day, since nothing holds
    runs up any more. Never raises an error."""
    _end(RUN_TIMED_OUT, context["dag"].dag_id)
    _tell(context)


def _day_of(context: Context) -> str:
    run = context["dag_run"]
    return (run.logical_date or run.run_after).astimezone(UTC).date().isoformat()


def _raise(rule: str, group: str, summary: str, details: dict[str, Any], day: str = "") -> None:
    try:
        known = _kept(rule, group)
        # One that is over, and whose end waits, is not this one.
        if known is not None and known["alert"]["clearedAt"] is not None:
            known = None
        raised_at = known["alert"]["raisedAt"] if known is not None else _now()
        # shared/contracts/alerts.ts, and what failed.
        alert = {
            "alertId": str(uuid.uuid5(NAMESPACE, f"{rule}\n{group}\n{raised_at}")),
            "source": "airflow",
            "ruleId": rule,
            "kind": rule,
            "severity": "critical",
            "group": group,
            "state": "raised",
            "summary": summary[:SUMMARY_CHARS],
            "value": None,
            "threshold": None,
            "baseline": None,
            "raisedAt": raised_at,
            "clearedAt": None,
            **details,
        }
        if _servers() == []:
            log.warning("no alert published: NATS_URL is not set; it would have been %s", alert)
            return
        _keep({"alert": alert, "told": "no", "day": max(day, known.get("day", "") if known is not None else "")})
    except Exception:
        # Whatever kept it from being kept, the failure itself is what must be seen.
        log.exception("the alert %s of %s was not kept", rule, group)


def _end(rule: str, group: str, day: str | None = None) -> None:
    try:
        kept = _kept(rule, group)
        if kept is None or kept["alert"]["clearedAt"] is not None:
            return
        failed = kept.get("day", "")
        if day is not None and day < failed:
            log.info("the alert %s of %s stays open: it failed for %s, this run is for %s", rule, group, failed, day)
            return
        _keep({**kept, "alert": {**kept["alert"], "state": "cleared", "clearedAt": _now()}})
    except Exception:
        # It stays open, and the next success tries again.
        log.exception("the end of the alert %s of %s was not kept", rule, group)


def _tell(context: Context) -> None:
    """Tells what of the DAG's alerts no stream has yet, of whichever run. What cannot be told now stays kept."""
    try:
        if _servers() == []:
            return
        dag = context["dag"]
        tasks = [(TASK_FAILED, f"{dag.dag_id}.{task.task_id}") for task in dag.tasks]
        for rule, group in [(RUN_TIMED_OUT, dag.dag_id), *tasks]:
            kept = _kept(rule, group)
            if kept is None:
                continue
            try:
                _tell_one(kept)
            except UnacknowledgedError as error:
                log.warning("%s; it is told again at the next callback", error)
    except Exception:
        # NATS is away: each try costs its limit, so the others wait for the next callback as well.
        log.exception("alerts were not published; they are kept and published at the next callback")


def _tell_one(kept: Kept) -> None:
    alert = kept["alert"]
    is_over = alert["clearedAt"] is not None
    # Who heard of the beginning needs the end alone, and the end says all that the beginning did.
    if kept["told"] == "no" or (kept["told"] == "sent" and not is_over):
        try:
            _published({**alert, "state": "raised", "clearedAt": None})
            kept = {**kept, "told": "kept"}
        except UnacknowledgedError as error:
            log.warning("%s", error)
            kept = {**kept, "told": "sent"}
        _keep(kept)
    if is_over:
        _published(alert)
        Variable.delete(_key(alert["ruleId"], alert["group"]))


def _key(rule: str, group: str) -> str:
    return f"spark_open_alert.{rule}.{group}"


def _kept(rule: str, group: str) -> Kept | None:
    text = Variable.get(_key(rule, group), default=None)
    if text is None:
        return None
    value = json.loads(text)
    # Before this was kept there was the alert alone, which had been sent.
    return Kept(**value) if "alert" in value else Kept(alert=value, told="kept")


def _keep(kept: Kept) -> None:
    alert = kept["alert"]
    Variable.set(_key(alert["ruleId"], alert["group"]), json.dumps(kept))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _servers() -> list[str]:
    return [server.strip() for server in os.environ.get("NATS_URL", "").split(",") if server.strip() != ""]


def _published(alert: dict[str, Any]) -> None:
    """Raises when NATS is away, or when no stream says that it has it."""
    subject = f"{SUBJECT}.{alert['group']}"
    asyncio.run(asyncio.wait_for(_publish(_servers(), subject, json.dumps(alert).encode()), TIMEOUT_S * 2))
    log.info("alert %s on %s", alert["state"], subject)


async def _publish(servers: list[str], subject: str, payload: bytes) -> None:
    """Connects with the same variables as SPARK's programs, sends, and waits until the stream has it."""
    creds = os.environ.get("SPARK_NATS_CREDS")
    client = await nats.connect(
        servers=servers,
        name="spark-airflow",
        # What this user may hear (docs/guides/nats.md): answers to itself.
        inbox_prefix="_INBOX.spark-airflow",
        connect_timeout=TIMEOUT_S,
        allow_reconnect=False,
        max_reconnect_attempts=1,
        tls=_tls(),
        **({"user_credentials": creds} if creds else {}),
    )
    try:
        try:
            await client.jetstream().publish(subject, payload, timeout=TIMEOUT_S)
        except nats.js.errors.NoStreamResponseError as error:
            # Whoever listens has it all the same.
            raise UnacknowledgedError(f"no stream keeps {subject}: a consumer of SPARK makes it") from error
        except nats.errors.TimeoutError as error:
            raise UnacknowledgedError(f"nobody said that {subject} is kept: is there stream SPARK_ALERTS?") from error
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
