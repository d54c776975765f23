import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import type { ApiParts } from './types.ts';

export function healthRoutes(parts: ApiParts): Pick<ApiHandlers, 'app.get' | 'health.get' | 'alert.list'> {
  return {
    'app.get': async () => ({
      version: parts.version,
      host: parts.host,
      simulated: parts.simulated,
      health: await parts.health.get(),
      setup: parts.program.setup(),
    }),
    'health.get': () => parts.health.get(),
    'alert.list': async () => ({ alerts: [...parts.openAlerts()] }),
  };
}
