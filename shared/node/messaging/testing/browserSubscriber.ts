import { errors, wsconnect, type Msg, type NatsConnection } from '@nats-io/nats-core';

/*
 * A page's own script, as somebody who builds a dashboard would write it: bundled by the test that loads it into a browser.
 * What it offers to the page stands at the end.
 */
let connection: NatsConnection | undefined;
const subjects: string[] = [];
const refusals: string[] = [];

async function keepRefusals(from: NatsConnection): Promise<void> {
  for await (const event of from.status()) {
    if (event.type === 'error' && event.error instanceof errors.PermissionViolationError) {
      refusals.push(`${event.error.operation} ${event.error.subject}`);
    }
  }
}

/** A refused subscription ends with an error and no message. */
function keepSubject(error: Error | null, message: Msg): void {
  if (error === null) subjects.push(message.subject);
}

/** Connects with the user and password of the URL and collects the subjects of `spark.>`. */
async function open(address: string): Promise<void> {
  const url = new URL(address);
  connection = await wsconnect({
    servers: `${url.protocol}//${url.host}`,
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
  });
  void keepRefusals(connection);
  connection.subscribe('spark.>', { callback: keepSubject });
  await connection.flush();
}

async function attempt(operation: 'publish' | 'subscribe', subject: string): Promise<void> {
  if (operation === 'publish') connection?.publish(subject, '{}');
  else connection?.subscribe(subject, { callback: keepSubject });
  await connection?.flush();
}

Object.assign(globalThis, { sparkSubscriber: { open, attempt, subjects, refusals } });
