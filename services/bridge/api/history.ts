import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import type { ApiParts } from './types.ts';

export function historyRoutes({
  heavy,
  dataDir,
  journal,
}: Pick<ApiParts, 'heavy' | 'dataDir' | 'journal'>): Pick<ApiHandlers, 'history.search'> {
  return {
    async 'history.search'(query) {
      const page = await heavy.search(dataDir, query);
      const skipped = journal.search.skipped();
      return { ...page, reading: journal.search.reading(), ...(skipped === 0 ? {} : { skipped }) };
    },
  };
}
