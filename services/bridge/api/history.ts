import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import type { ApiParts } from './types.ts';

export function historyRoutes({
  heavy,
  dataDir,
  journal,
}: Pick<ApiParts, 'heavy' | 'dataDir' | 'journal'>): Pick<ApiHandlers, 'history.search'> {
  return {
    async 'history.search'(query) {
      return { ...(await heavy.search(dataDir, query)), reading: journal.search.reading() };
    },
  };
}
