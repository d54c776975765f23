import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo, RouteOutput } from '../../../shared/contracts/api/index.ts';
import type { ConversationSettings, ConversationSettingsPatch } from '../../../shared/contracts/settings.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** What the developer set about conversations, as the bridge has it; null until it was read. */
export interface SettingsState {
  readonly settings: ConversationSettings | null;
  readonly defaults: ConversationSettings | null;
  readonly builtInPrices: RouteOutput<'settings.get'>['builtInPrices'] | null;
  readonly error: ErrorInfo | null;
}

export const SettingsContext = makeFeatureContext<SettingsState, SettingsHandle>('settings');

export interface SettingsHandle {
  readonly store: StoreApi<SettingsState>;
  readonly load: () => Promise<void>;
  /** Changes only what is given; a failure is in the store. */
  readonly update: (settings: ConversationSettingsPatch) => Promise<void>;
  readonly close: () => void;
}

export function makeSettings({ client }: { readonly client: ApiClient }): SettingsHandle {
  const store = createStore<SettingsState>(() => ({
    settings: null,
    defaults: null,
    builtInPrices: null,
    error: null,
  }));
  const load = async (): Promise<void> => {
    const result = await client.request('settings.get', {});
    store.setState(result.ok ? { ...result.output, error: null } : { error: result.error });
  };
  const stops = [
    client.on('settings.changed', ({ settings }) => store.setState({ settings })),
    client.connection.subscribe((connection) => {
      if (connection === 'open') void load();
    }),
  ];
  return {
    store,
    load,
    async update(settings) {
      const result = await client.request('settings.update', { settings });
      store.setState(result.ok ? { settings: result.output.settings, error: null } : { error: result.error });
    },
    close: () => stops.forEach((stop) => stop()),
  };
}
