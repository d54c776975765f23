import { join } from 'node:path';
import {
  routeTable,
  type ApiHandlers,
  type PushedEvent,
  type RouteName,
  type SetupView,
} from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { loadConfig, type EnvironmentLayers, type VariableName } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { bridgeVariables, openBridge, type BridgeOptions } from '../bridge.ts';
import { defaultDataDir } from '../dataDir.ts';
import type { SparkBridge } from '../types.ts';
import { makeConfiguration, type Configuration, type Values } from './configuration.ts';
import { testConnection } from './connectionTests.ts';
import { eraseFolder } from './eraseFolder.ts';
import { makeReport } from './report.ts';
import { openSettingsFile } from './settingsFile.ts';
import type { BridgeHost, DesktopWindows, HostRoute, RunningStandIns, SecretStore } from './types.ts';

/**
 * SparkBridge for a program that a person configures in its window. Another configuration, a sandbox or erased data mean
 * that the bridge is closed in order and opened again: requests wait meanwhile, windows keep their connection and are told
 * with `app.reopened`. When the new one cannot be opened the old configuration is put back.
 */
export interface HostedBridgeOptions extends Pick<BridgeOptions, 'hostKind' | 'version' | 'openHeavy'> {
  readonly layers: EnvironmentLayers;
  /** What the host reads beside the bridge; listed, and not changed here. */
  readonly hostVariables: readonly VariableName[];
  readonly logger: Logger;
  readonly lifecycle: Pick<Lifecycle, 'own' | 'signal'>;
  /** Where the journal lives when `SPARK_DATA_DIR` is unset. */
  readonly dataDir?: string;
  readonly secrets: SecretStore;
  /** Newest lines of the log. */
  readonly logLines: () => readonly string[];
  /** Starts the stand-ins with their files below the folder; absent where there are none. */
  readonly startStandIns?: (folder: string) => Promise<RunningStandIns>;
  readonly windows?: DesktopWindows;
}

/** How long requests that run may take to end before the bridge is closed under them. */
const drainMs = 2_000;

export async function openHostedBridge(options: HostedBridgeOptions): Promise<SparkBridge> {
  const { layers, logger, lifecycle, secrets, windows } = options;
  const names = [...new Set<VariableName>([...bridgeVariables, ...options.hostVariables])];
  const { SPARK_DATA_DIR } = loadConfig({ ...layers.file, ...layers.environment }, ['SPARK_DATA_DIR']);
  const folder = SPARK_DATA_DIR ?? options.dataDir ?? defaultDataDir();
  const settings = openSettingsFile(join(folder, 'settings.json'), logger);
  const configuration = makeConfiguration({ layers, names, settings, secrets });
  const listeners = new Set<(event: PushedEvent) => void>();
  let standIns: RunningStandIns | null = null;
  let reopening: Promise<void> | undefined;
  let closed = false;
  let running = 0;
  let onIdle: (() => void) | undefined;

  const open = (): Promise<SparkBridge> =>
    openBridge({
      config: {
        ...loadConfig(configuration.environment(), bridgeVariables),
        // What is tried in the sandbox stays apart from real work.
        SPARK_DATA_DIR: standIns === null ? folder : join(folder, 'sandbox'),
      },
      logger,
      lifecycle: { own: () => () => Promise.resolve() },
      hostKind: options.hostKind,
      version: options.version,
      ...(options.openHeavy === undefined ? {} : { openHeavy: options.openHeavy }),
      host,
    });
  const pushAll = (event: PushedEvent): void => {
    for (const listener of listeners) listener(event);
  };
  let unsubscribe: (() => void) | undefined;
  /** The bridge looks at its parts only while somebody listens. */
  function follow(): void {
    unsubscribe?.();
    unsubscribe = listeners.size === 0 ? undefined : bridge.subscribe(pushAll);
  }

  async function refuseWhileBusy(what: string): Promise<void> {
    const { sessions } = await bridge.api['session.list']({});
    const [busy] = sessions.filter((session) => session.busy);
    if (busy === undefined && !bridge.isVoiceOn()) return;
    const who = busy === undefined ? 'voice is on' : `SPARK works in “${busy.title}”`;
    throw new AppError('busy', `Nothing was changed: ${who}. Stop it or wait for its end, then ${what} again.`);
  }

  /** Closes the bridge, changes what `change` changes, opens it again. One at a time. */
  async function reopen(change: () => Promise<(() => Promise<void>) | void>): Promise<void> {
    if (reopening !== undefined || closed) {
      throw new AppError('busy', 'SPARK is opening with another configuration. Nothing was changed; try again.');
    }
    const work = (async () => {
      await idle();
      unsubscribe?.();
      await bridge.close();
      const undo = await change();
      try {
        bridge = await open();
      } catch (error) {
        await undo?.();
        bridge = await open();
        throw error;
      }
    })();
    reopening = work.catch(() => undefined);
    try {
      await work;
    } finally {
      reopening = undefined;
      follow();
      pushAll({ name: 'app.reopened', payload: {} });
    }
  }

  async function idle(): Promise<void> {
    if (running === 0) return;
    const over = new AbortController();
    const late = AbortSignal.any([AbortSignal.timeout(drainMs), over.signal]);
    await new Promise<void>((resolve) => {
      onIdle = resolve;
      late.addEventListener('abort', () => resolve(), { once: true });
    });
    onIdle = undefined;
    over.abort();
  }

  async function turnSandbox(on: boolean): Promise<void> {
    const { startStandIns } = options;
    if (startStandIns === undefined) throw new AppError('unsupported', 'This program has no sandbox to offer.');
    if (on === (standIns !== null)) return;
    await refuseWhileBusy(on ? 'start the sandbox' : 'turn the sandbox off');
    const started = on ? await startStandIns(join(folder, 'sandbox')) : null;
    const before = standIns;
    const use = async (next: RunningStandIns | null): Promise<void> => {
      standIns = next;
      configuration.setOverlay(next?.env ?? null);
    };
    try {
      await reopen(async () => {
        await use(started);
        return () => use(before);
      });
    } catch (error) {
      await started?.close();
      throw error;
    }
    await before?.close();
  }

  const setup = (): SetupView => ({
    firstRun: !settings.get().setupDone && standIns === null && isBare(configuration),
    sandbox: options.startStandIns === undefined ? 'none' : standIns === null ? 'off' : 'on',
    alwaysOnTop: windows?.isAlwaysOnTop() ?? null,
  });
  const view = () => ({ items: configuration.list(), secrets: secrets.kind });

  const host: BridgeHost = {
    setup,
    reveal: windows?.reveal ?? null,
    handlers: {
      'config.list': async () => view(),
      'config.check': async ({ values }) => ({ problems: configuration.problemsOf(values) }),
      'config.update': async ({ values }) => {
        await refuseWhileBusy('save');
        const undo = await configuration.set(values);
        await reopen(async () => undo);
        return view();
      },
      'setup.test': async ({ target, values }) => {
        const [problem] = Object.entries(configuration.problemsOf(values));
        if (problem !== undefined) {
          return { status: 'failed', detail: `${problem[0]} ${problem[1]}`, address: null, latencyMs: null };
        }
        const env = configuration.environment(values satisfies Values);
        return await testConnection(target, env, { logger, signal: lifecycle.signal });
      },
      'setup.finish': async () => {
        settings.set({ ...settings.get(), setupDone: true });
        return setup();
      },
      'setup.sandbox': async ({ on }) => {
        await turnSandbox(on);
        return setup();
      },
      'data.erase': async ({ evenUnsent }) => {
        const { outboxDepth } = await bridge.api['health.get']({});
        if (outboxDepth > 0 && !evenUnsent) {
          throw new AppError(
            'unsent_events',
            `Nothing was erased: ${outboxDepth} event(s) were not sent to a server yet and would be lost. Wait until they are sent, or erase them too.`,
            { data: { outboxDepth } },
          );
        }
        await refuseWhileBusy('erase');
        const before = standIns;
        await reopen(async () => {
          standIns = null;
          configuration.setOverlay(null);
          eraseFolder(folder);
          settings.remove();
          await secrets.clear();
        });
        await before?.close();
        logger.warn('the data of this folder were erased on request');
        return {};
      },
      'report.get': async () => ({
        text: makeReport({
          version: options.version,
          host: options.hostKind,
          at: new Date(),
          health: await bridge.api['health.get']({}),
          config: configuration.list(),
          log: options.logLines(),
          secrets: configuration.secrets(),
          folder,
        }),
      }),
      'desktop.act': async (input) => {
        if (windows === undefined) throw new AppError('unsupported', 'A browser has windows of its own.');
        switch (input.act) {
          case 'new_window':
            windows.open();
            break;
          case 'focus':
            windows.focus();
            break;
          case 'always_on_top':
            windows.setAlwaysOnTop(input.on);
            break;
          case 'open_logs':
            windows.openLogs();
            break;
          case 'move_data':
            await refuseWhileBusy('move');
            await windows.moveData();
            break;
        }
        return setup();
      },
    },
  };

  let bridge = await open();
  lifecycle.own('bridge', async () => {
    closed = true;
    await reopening;
    await bridge.close();
    await standIns?.close();
  });

  return {
    api: forwarding(host, async (route, input) => {
      await reopening;
      running += 1;
      try {
        return await callOf(bridge.api, route)(input);
      } finally {
        running -= 1;
        if (running === 0) onIdle?.();
      }
    }),
    subscribe(listener) {
      const own = (event: PushedEvent): void => listener(event);
      listeners.add(own);
      if (listeners.size === 1) follow();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) follow();
      };
    },
    isVoiceOn: () => bridge.isVoiceOn(),
    whyBusy: () => bridge.whyBusy(),
    wake: () => bridge.wake(),
    close: () => bridge.close(),
  };
}

const isBare = (configuration: Configuration): boolean =>
  !configuration
    .list()
    .some(({ name, isSet }) => isSet && (name === 'UNITY_MCP_URL' || name === 'OPENAI_REALTIME_API_KEY'));

type Call = (input: unknown) => Promise<unknown>;
const callOf = (api: ApiHandlers, route: RouteName): Call => api[route] as Call;

/** Every route: the host's own ones as they are, the others to the bridge of the moment. */
function forwarding(host: BridgeHost, forward: (route: RouteName, input: unknown) => Promise<unknown>): ApiHandlers {
  const isOwn = (route: string): route is HostRoute => Object.hasOwn(host.handlers, route);
  const entries = [...routeTable.keys()].map((name) => {
    const route = name as RouteName;
    return [route, isOwn(route) ? host.handlers[route] : (input: unknown) => forward(route, input)];
  });
  return Object.fromEntries(entries) as ApiHandlers;
}
