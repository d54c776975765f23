import { errors, headers } from '@nats-io/nats-core';
import type { NatsLink } from './connect.ts';

const answerMs = 2_000;
/** No stream has this name: what listens on a subject refuses the message and keeps nothing. */
const noStream = 'SPARK_RIGHTS_ARE_TRIED';

/**
 * Those of the subjects on which this user may not publish. Tries each with a message that no stream keeps. Rejects with
 * a DependencyError while the server does not answer.
 */
export async function findForbidden(link: NatsLink, subjects: readonly string[]): Promise<string[]> {
  const forbidden: string[] = [];
  for (const subject of subjects) if (!(await mayPublish(link, subject))) forbidden.push(subject);
  return forbidden;
}

function mayPublish(link: NatsLink, subject: string): Promise<boolean> {
  return link.use(async (connection) => {
    const header = headers();
    header.set('Nats-Expected-Stream', noStream);
    try {
      await connection.request(subject, new Uint8Array(), { timeout: answerMs, headers: header });
      return true;
    } catch (error) {
      const causes = error instanceof Error ? [error, error.cause] : [];
      if (causes.some((each) => each instanceof errors.PermissionViolationError)) return false;
      // Nobody listens there, which a user that may not publish is never told.
      if (causes.some((each) => each instanceof errors.NoRespondersError)) return true;
      throw error;
    }
  });
}
