import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import type { ApiParts } from './types.ts';

export function usageRoutes({ cost }: Pick<ApiParts, 'cost'>): Pick<ApiHandlers, 'usage.get' | 'budget.extend'> {
  return {
    'usage.get': async ({ sessionId }) => cost.view(sessionId),
    'budget.extend': async ({ sessionId, scope }) => cost.extend(sessionId, scope),
  };
}
