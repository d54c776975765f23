import type {
  ConfigItem,
  ConnectionTest,
  DataView,
  DependencyHealth,
  HealthView,
} from '../../shared/contracts/api/index.ts';
import { failed, ok, type FakeRoutes } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleHealth, sampleSession, sampleSetup, sampleSnapshot } from './samples.ts';

/** The program behind the window, as it answers in the gallery. */
const item = (name: string, section: ConfigItem['section'], more: Partial<ConfigItem> = {}): ConfigItem => ({
  name,
  section,
  meaning: 'What it is for',
  kind: 'text',
  choices: [],
  source: 'default',
  isSet: false,
  value: null,
  defaultValue: null,
  locked: null,
  ...more,
});
const set = (value: string, source: ConfigItem['source'] = 'settings') => ({ source, isSet: true, value });
const environment = 'Set by the environment SPARK was started in; change it there.';

export const sampleConfig: readonly ConfigItem[] = [
  item('OPENAI_REALTIME_API_KEY', 'model', { kind: 'secret', meaning: 'Key of the Realtime API' }),
  item('SPARK_REALTIME_URL', 'model', {
    meaning: 'Realtime endpoint; ws://127.0.0.1 is accepted too',
    defaultValue: 'wss://api.openai.com/v1/realtime',
  }),
  item('SPARK_REALTIME_MODEL', 'model', { meaning: 'Realtime model', defaultValue: 'gpt-realtime-2.1-mini' }),
  item('UNITY_MCP_URL', 'unity', {
    meaning: 'Unity MCP server, e.g. http://localhost:8080/mcp',
    ...set('http://localhost:8080/mcp'),
  }),
  item('UNITY_MCP_TOKEN', 'unity', {
    kind: 'secret',
    meaning: 'Token for a Unity MCP behind authentication',
    source: 'settings',
    isSet: true,
  }),
  item('NATS_URL', 'nats', {
    kind: 'secret',
    meaning: 'NATS servers, comma separated; user and password, or a token, may be part of the URL',
    source: 'environment',
    isSet: true,
    locked: environment,
  }),
  item('SLATE_DB_HOST', 'database', {
    meaning: 'PostgreSQL primary: host name or address',
    ...set('a-very-long-name-of-a-database-server.of-a-department.of-a-studio.example.internal', 'environment'),
    locked: environment,
  }),
  item('SLATE_DB_PORT', 'database', {
    kind: 'number',
    meaning: 'Port of the primary, and of the replica unless SPARK_DB_REPLICA_PORT is set',
    defaultValue: '5432',
  }),
  item('SPARK_DB_SSL', 'database', {
    kind: 'choice',
    choices: ['off', 'require', 'verify-full'],
    meaning: 'TLS to PostgreSQL',
    defaultValue: 'off',
  }),
  item('SPARK_DATA_DIR', 'program', {
    meaning: "Folder of the journal; the system's user data folder when unset",
    locked: 'Read only from the environment or .env, before SPARK opens its window.',
  }),
];
const data: DataView = {
  folder: '/home/dev/.local/share/spark',
  journalBytes: 48_200_000,
  frameBytes: 31_000_000,
  sessions: 42,
  messages: 1_204,
  changes: 318,
  frames: 96,
  unsentEvents: 12,
  retention: { frameDays: 30, frameMegabytes: 2_000, sessionDays: null },
};
const notSet: ConnectionTest = {
  status: 'not_set',
  detail: 'No server is set: everything is kept on this machine.',
  address: null,
  latencyMs: null,
};
const tests = {
  unity: {
    status: 'failed',
    detail:
      'No Unity MCP server answers at http://localhost:8080/mcp. In Unity open Window › MCP for Unity and start the server, or enter its address here.',
    address: 'http://localhost:8080/mcp',
    latencyMs: null,
  },
  primary: { status: 'ok', detail: 'Connected.', address: 'db:5432/wissil_db', latencyMs: 2.4 },
} as const satisfies Record<string, ConnectionTest>;

export const setupRoutes = (state: GalleryState): FakeRoutes => ({
  'config.list': () => ok({ items: [...sampleConfig], secrets: 'session' }),
  'config.check': ({ values }) =>
    ok({
      problems: Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => (value === 'wrong' ? [[name, 'is not a URL']] : [])),
      ),
    }),
  'config.update': () =>
    failed(
      'busy',
      'Nothing was changed: SPARK works in “Player controller”. Stop it or wait for its end, then save again.',
    ),
  'setup.test': ({ target }) => ok(state.tests?.[target] ?? notSet),
  'setup.finish': () => ok(sampleSetup),
  'setup.sandbox': () => ok({ ...sampleSetup, sandbox: 'on' }),
  'data.get': () => ok(data),
  'data.preview_retention': () =>
    ok({
      frames: 14,
      frameBytes: 5_200_000,
      sessions: 3,
      titles: ['Main menu', 'Enemy patrols the bridge', 'Door'],
      keptSessions: 1,
    }),
  'data.apply_retention': () => ok({ frames: 14, frameBytes: 5_200_000, sessions: 3, titles: [], keptSessions: 0 }),
  'data.erase': () =>
    failed('unsent_events', 'Nothing was erased: 12 event(s) were not sent to a server yet and would be lost.'),
  'report.get': () => ok({ text: 'SPARK 0.1.0 · web' }),
});

const snapshot = sampleSnapshot();
const part = (settingsSection: string, more: Partial<GalleryState> = {}): GalleryState => ({
  snapshot,
  ...more,
  window: { view: 'settings', settingsSection, ...more.window },
});
const firstRun = sampleSnapshot({
  session: sampleSession({ title: 'New session', projectName: null, simulated: false }),
});

const natsWith = (status: DependencyHealth['status'], outboxDepth: number): HealthView =>
  sampleHealth({
    outboxDepth,
    consumer: null,
    dependencies: sampleHealth().dependencies.map((one) =>
      one.id !== 'nats' || status === 'ok'
        ? one
        : {
            ...one,
            status,
            label: 'away',
            latencyMs: null,
            detail: `NATS is not connected: 127.0.0.1:4222 refuses the connection. ${outboxDepth} event(s) are kept here and will be sent. Nothing is lost.`,
          },
    ),
  });
const facts: Readonly<Partial<Record<DependencyHealth['id'], Readonly<Record<string, string>>>>> = {
  model: { Model: 'gpt-realtime-2.1-mini', Address: 'wss://api.openai.com/v1/realtime' },
  unity: {
    Server: 'http://localhost:8080/mcp',
    'MCP for Unity': '10.1.0',
    Project: 'SparkSample',
    Editor: 'Unity 6000.0.32f1',
    Instance: 'SparkSample@4f3c2b1a',
    Scene: 'Assets/Scenes/SampleScene.unity',
    State: 'ready',
  },
  nats: { Server: 'nats://spark:[secret]@192.168.86.27:4222' },
  primary: { Server: '192.168.86.27:5432', Database: 'wissil_db' },
  replica: { Server: '192.168.86.28:5432' },
  journal: { Folder: '/home/dev/.local/share/spark' },
};
const fullHealth = sampleHealth({
  consumer: { lastSeenAt: new Date(Date.now() - 4_000).toISOString(), waiting: 3 },
  dependencies: sampleHealth().dependencies.map((one) => ({
    ...one,
    facts: Object.entries(facts[one.id] ?? {}).map(([name, value]) => ({ name, value })),
  })),
});

export const setupStates: Readonly<Record<string, GalleryState>> = {
  settingsAppearance: part('appearance', { setup: { ...sampleSetup, alwaysOnTop: false } }),
  settingsConversation: part('conversation'),
  settingsShortcuts: part('shortcuts', {
    window: { shortcuts: { 'session.new': 'mod+shift+y', 'build.start': null } },
  }),
  settingsModel: part('model'),
  settingsUnity: part('unity', { tests, press: 'Test Unity' }),
  settingsDatabase: part('database', { tests, press: 'Test PostgreSQL primary' }),
  settingsProgram: part('program'),
  settingsData: part('data'),
  settingsErase: part('data', { press: 'Erase…' }),
  settingsLarge: part('database', { window: { textSize: 'large' } }),
  setupUnity: { snapshot: firstRun, tests, setup: { ...sampleSetup, firstRun: true } },
  setupModel: { snapshot: firstRun, tests, setup: { ...sampleSetup, firstRun: true }, press: '2 Model' },
  setupServers: { snapshot: firstRun, tests, setup: { ...sampleSetup, firstRun: true }, press: '3 Servers' },
  natsAway: { snapshot, health: natsWith('down', 128) },
  natsDraining: { snapshot, health: natsWith('down', 128), laterHealth: natsWith('ok', 37) },
  natsDrained: { snapshot, health: natsWith('down', 128), laterHealth: natsWith('ok', 0) },
  attentionOffer: { snapshot, offer: 'An approval for PlayerController.cs waits.' },
  compact: { snapshot, window: { compact: true } },
  healthFull: { snapshot, health: fullHealth, window: { view: 'health' } },
  healthAway: { snapshot, health: natsWith('down', 128), window: { view: 'health', healthFocus: 'nats' } },
  healthSandbox: { snapshot, setup: { ...sampleSetup, sandbox: 'on' }, window: { view: 'health' } },
  setupFirst: {
    snapshot: firstRun,
    setup: { ...sampleSetup, firstRun: true, sandbox: 'on' },
    health: sampleHealth(),
    press: '4 First request',
  },
};
