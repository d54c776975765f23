import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import type { ApiParts } from './types.ts';

export function historyRoutes({ journal }: Pick<ApiParts, 'journal'>): Pick<ApiHandlers, 'history.search'> {
  return { 'history.search': async (query) => journal.search.find(query) };
}
