import { findAlerts, readAlerts, type Database } from '../../../database/index.ts';
import type { Alert } from '../../../shared/contracts/index.ts';
import { maxOpen } from './openAlerts.ts';

/** Of those that are over: more than end while a connection is away, so that a raise that is told again opens nothing. */
const newest = 200;

/**
 * What the database has of alerts: the open ones (the newest `maxOpen` of them), those that this program holds for open
 * as they are now, and the newest of any state. `isCut`: more are open than were read.
 */
export async function readBack(
  database: Pick<Database, 'read'>,
  known: readonly Alert[],
): Promise<{ readonly alerts: readonly Alert[]; readonly isCut: boolean }> {
  const { value } = await database.read(async (reader) => {
    const raised = await readAlerts(reader, { state: 'raised', limit: maxOpen + 1, after: null });
    // However many ended since: what is open here and over there is looked for by its id.
    const held = await findAlerts(
      reader,
      known.map(({ alertId }) => alertId),
    );
    const recent = await readAlerts(reader, { state: null, limit: newest, after: null });
    return { raised, others: [...held, ...recent] };
  });
  const { raised, others } = value;
  return {
    alerts: [...raised.slice(0, maxOpen), ...others].map(({ alert }) => alert),
    isCut: raised.length > maxOpen,
  };
}
