import { setImmediate as afterWhatArrived } from 'node:timers/promises';
import { errors, type NatsConnection } from '@nats-io/nats-core';
import type { NatsLink } from './connect.ts';

/**
 * Tells whoever listens now, and keeps nothing: for what no stream takes. Resolves when the server has it. Rejects with a
 * DependencyError, also (`nats_rejected`) when this user may not publish there.
 */
export function announce(
  link: NatsLink,
  message: { readonly subject: string; readonly bytes: Uint8Array },
): Promise<void> {
  const { subject, bytes } = message;
  return link.use(async (connection) => {
    const denied = denialsOf(connection);
    denied.delete(subject);
    connection.publish(subject, bytes);
    await connection.flush();
    // The server says so before it answers the flush; who watches hears of it a moment later.
    await afterWhatArrived();
    const denial = denied.get(subject);
    if (denial !== undefined) throw denial;
  });
}

/** What the server denied, by subject: a publish has no answer of its own. One watch for each connection, while it lives. */
const denials = new WeakMap<NatsConnection, Map<string, Error>>();

function denialsOf(connection: NatsConnection): Map<string, Error> {
  let found = denials.get(connection);
  if (found === undefined) {
    found = new Map();
    denials.set(connection, found);
    void watch(connection, found);
  }
  return found;
}

async function watch(connection: NatsConnection, found: Map<string, Error>): Promise<void> {
  for await (const event of connection.status()) {
    if (event.type !== 'error' || !(event.error instanceof errors.PermissionViolationError)) continue;
    if (event.error.operation === 'publish') found.set(event.error.subject, event.error);
  }
}
