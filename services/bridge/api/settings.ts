import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { defaultPrices, pricesAsOf } from '../realtime/index.ts';
import { defaultSettings } from '../settings.ts';
import type { ApiParts } from './types.ts';

export function settingsRoutes(
  parts: Pick<ApiParts, 'settings'>,
): Pick<ApiHandlers, 'settings.get' | 'settings.update'> {
  const { settings } = parts;
  return {
    'settings.get': async () => ({
      settings: settings.conversation(),
      defaults: defaultSettings,
      builtInPrices: { asOf: pricesAsOf, models: { ...defaultPrices } },
    }),
    'settings.update': async (input) => ({ settings: settings.update(input.settings) }),
  };
}
