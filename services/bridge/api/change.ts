import { listStoredChanges } from '../../../database/index.ts';
import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../shared/errors/index.ts';
import type { ApiParts } from './types.ts';

export function changeRoutes(parts: ApiParts): Pick<ApiHandlers, 'change.read' | 'change.list_stored'> {
  const { journal, database, logger } = parts;
  return {
    'change.read': async ({ changeId }) => {
      const content = journal.changes.content(changeId);
      if (content === null) {
        throw new AppError('not_found', 'This change is not in the journal of this machine.', { data: { changeId } });
      }
      return content;
    },
    'change.list_stored': async ({ sessionId, changeIds }) => {
      if (database === null) return { stored: [], source: 'none' };
      try {
        const { value, server } = await database.read((reader) => listStoredChanges(reader, { sessionId, changeIds }));
        return { stored: value, source: server };
      } catch (error) {
        // The window asks again; until then it keeps saying "kept".
        logger.debug({ err: toAppError(error) }, 'stored changes could not be read');
        return { stored: [], source: 'none' };
      }
    },
  };
}
