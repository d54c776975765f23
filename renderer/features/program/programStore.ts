import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ApiClient,
  ApiResult,
  ConfigView,
  ConnectionTest,
  DataView,
  ErrorInfo,
  Removal,
  RouteInput,
  SetupView,
} from '../../../shared/contracts/api/index.ts';
import type { Retention } from '../../../shared/contracts/settings.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { makeTypedTexts, type ConfigValues, type TypedTexts } from './typedTexts.ts';

export type ConnectionTarget = RouteInput<'setup.test'>['target'];

/** The program behind the window: how it is set up, and what it keeps. Null is not known yet. */
export interface ProgramState {
  readonly setup: SetupView | null;
  readonly config: ConfigView | null;
  readonly data: DataView | null;
  /** Newest answer of each test; `running` while it is asked. */
  readonly tests: Readonly<Partial<Record<ConnectionTarget, ConnectionTest | 'running'>>>;
  /** What runs that the person waits for: opening with another configuration takes a moment. */
  readonly busy: 'saving' | 'sandbox' | 'erasing' | 'removing' | null;
  readonly error: ErrorInfo | null;
}

export interface ProgramHandle {
  readonly store: StoreApi<ProgramState>;
  /** Values that were typed and not saved, by form. Never stored: there may be keys among them. */
  readonly typed: TypedTexts;
  readonly load: () => Promise<void>;
  readonly loadConfig: () => Promise<void>;
  /** What is wrong with each value; empty when nothing is, or when that cannot be asked now. */
  readonly check: (values: ConfigValues) => Promise<Readonly<Record<string, string>>>;
  /** True when the values are kept and used; else the reason is in `error`. */
  readonly update: (values: ConfigValues) => Promise<boolean>;
  readonly test: (target: ConnectionTarget, values?: ConfigValues) => Promise<void>;
  readonly finishSetup: () => Promise<void>;
  readonly turnSandbox: (on: boolean) => Promise<boolean>;
  readonly loadData: () => Promise<void>;
  /** What the retention would take away now; null when it cannot be asked. */
  readonly previewRetention: (retention: Retention) => Promise<Removal | null>;
  readonly applyRetention: () => Promise<Removal | null>;
  readonly erase: (evenUnsent: boolean) => Promise<boolean>;
  readonly act: (input: RouteInput<'desktop.act'>) => Promise<void>;
  readonly forgetError: () => void;
  readonly close: () => void;
}

export const ProgramContext = makeFeatureContext<ProgramState, ProgramHandle>('the program');

export function makeProgram({ client }: { readonly client: ApiClient }): ProgramHandle {
  const store = createStore<ProgramState>(() => ({
    setup: null,
    config: null,
    data: null,
    tests: {},
    busy: null,
    error: null,
  }));
  /** Shows that something runs, and why it could not. */
  async function run<T>(busy: NonNullable<ProgramState['busy']>, work: Promise<ApiResult<T>>): Promise<T | null> {
    store.setState({ busy, error: null });
    const result = await work;
    store.setState({ busy: null, error: result.ok ? null : result.error });
    return result.ok ? result.output : null;
  }
  const keepSetup = (setup: SetupView): void => store.setState({ setup });
  const load = async (): Promise<void> => {
    const result = await client.request('app.get', {});
    if (result.ok) keepSetup(result.output.setup);
  };
  const loadConfig = async (): Promise<void> => {
    const result = await client.request('config.list', {});
    store.setState(result.ok ? { config: result.output } : { error: result.error });
  };
  const loadData = async (): Promise<void> => {
    const result = await client.request('data.get', {});
    store.setState(result.ok ? { data: result.output } : { error: result.error });
  };
  const reload = (): void => {
    void load();
    const { config, data } = store.getState();
    if (config !== null) void loadConfig();
    if (data !== null) void loadData();
  };
  const stops = [
    client.on('app.reopened', reload),
    client.connection.subscribe((connection) => {
      if (connection === 'open') reload();
    }),
  ];

  return {
    store,
    typed: makeTypedTexts(),
    load,
    loadConfig,
    async check(values) {
      const result = await client.request('config.check', { values });
      return result.ok ? result.output.problems : {};
    },
    async update(values) {
      const config = await run('saving', client.request('config.update', { values }));
      if (config !== null) store.setState({ config });
      return config !== null;
    },
    async test(target, values = {}) {
      const put = (answer: ConnectionTest | 'running'): void =>
        store.setState(({ tests }) => ({ tests: { ...tests, [target]: answer } }));
      put('running');
      const result = await client.request('setup.test', { target, values });
      put(
        result.ok ? result.output : { status: 'failed', detail: result.error.message, address: null, latencyMs: null },
      );
    },
    async finishSetup() {
      const result = await client.request('setup.finish', {});
      if (result.ok) keepSetup(result.output);
    },
    async turnSandbox(on) {
      const setup = await run('sandbox', client.request('setup.sandbox', { on }));
      if (setup !== null) keepSetup(setup);
      return setup !== null;
    },
    loadData,
    async previewRetention(retention) {
      const result = await client.request('data.preview_retention', { retention });
      return result.ok ? result.output : null;
    },
    async applyRetention() {
      const removed = await run('removing', client.request('data.apply_retention', {}));
      await loadData();
      return removed;
    },
    erase: async (evenUnsent) => (await run('erasing', client.request('data.erase', { evenUnsent }))) !== null,
    async act(input) {
      const result = await client.request('desktop.act', input);
      if (result.ok) keepSetup(result.output);
      else store.setState({ error: result.error });
    },
    forgetError: () => store.setState({ error: null }),
    close: () => stops.forEach((stop) => stop()),
  };
}
