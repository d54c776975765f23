import type {
  ApprovalView,
  BuildView,
  CallView,
  ChangeView,
  FrameView,
  HealthView,
  MessageView,
  SessionSnapshot,
  SessionView,
  SetupView,
} from '../../shared/contracts/api/index.ts';

/** Views for tests and for the gallery. Never part of the product. */
export const sessionId = '0198c0de-0000-7000-8000-000000000001';
export const idOf = (n: number): string => `0198c0de-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds)).toISOString();
const sha = 'a'.repeat(64);

export const sampleSession = (more: Partial<SessionView> = {}): SessionView => ({
  sessionId,
  title: 'Player controller',
  status: 'active',
  projectName: 'SparkSample',
  simulated: true,
  busy: false,
  createdAt: at(0),
  updatedAt: at(0),
  ...more,
});

export const sampleMessage = (position: number, more: Partial<MessageView> = {}): MessageView => ({
  messageId: `m${position}`,
  sessionId,
  role: 'assistant',
  text: '',
  status: 'complete',
  error: null,
  position,
  createdAt: at(position),
  ...more,
});

export const sampleCall = (position: number, more: Partial<CallView> = {}): CallView => ({
  callId: `c${position}`,
  sessionId,
  name: 'generateUnityScript',
  effect: 'write',
  state: 'running',
  arguments: { name: 'PlayerController', prompt: 'Create a player controller' },
  summary: '',
  approval: null,
  result: null,
  error: null,
  timing: [],
  changeId: null,
  frameId: null,
  buildId: null,
  position,
  createdAt: at(position),
  finishedAt: null,
  ...more,
});

export const sampleChange = (n: number, more: Partial<ChangeView> = {}): ChangeView => ({
  changeId: idOf(n),
  sessionId,
  callId: null,
  path: 'Assets/Scripts/PlayerController.cs',
  kind: 'created',
  sha256Before: null,
  sha256After: sha,
  addedLines: 47,
  removedLines: 0,
  compileStatus: 'ok',
  compileErrors: [],
  createdAt: at(n),
  ...more,
});

export const sampleFrame = (n: number, more: Partial<FrameView> = {}): FrameView => ({
  frameId: idOf(1_000 + n),
  sessionId,
  callId: null,
  changeId: null,
  sha256: sha,
  mimeType: 'image/png',
  width: 1024,
  height: 576,
  sizeBytes: 48_213,
  captureSource: 'game_view',
  camera: 'Main Camera',
  blank: false,
  unchanged: false,
  kept: true,
  createdAt: at(n),
  ...more,
});

export const sampleBuild = (n: number, more: Partial<BuildView> = {}): BuildView => ({
  buildId: idOf(2_000 + n),
  sessionId,
  callId: null,
  target: 'linux64',
  development: false,
  outputPath: 'Builds/Linux/SparkSample.x86_64',
  state: 'building',
  phase: 'compiling scripts',
  startedAt: at(n),
  elapsedMs: 74_000,
  estimateMs: 200_000,
  completedAt: null,
  sizeBytes: null,
  previousSizeBytes: null,
  warnings: 0,
  errors: 0,
  reason: null,
  ...more,
});

const dependency = (id: HealthView['dependencies'][number]['id'], label: string, simulated = false) => ({
  id,
  status: 'ok' as const,
  label,
  detail: '',
  simulated,
  latencyMs: 3,
});

export const sampleHealth = (more: Partial<HealthView> = {}): HealthView => ({
  dependencies: [
    dependency('model', 'gpt-realtime-2.1', true),
    dependency('unity', 'SparkSample · ready', true),
    dependency('nats', 'connected'),
    dependency('primary', '+3 ms'),
    dependency('replica', 'fresh'),
    dependency('journal', 'open'),
  ],
  outboxDepth: 0,
  replicaLagMs: 4,
  consumer: { lastSeenAt: at(0), waiting: 0 },
  costMicroUsd: 41_200,
  ...more,
});

export const sampleSetup: SetupView = { firstRun: false, sandbox: 'off', alwaysOnTop: null };

export const sampleSnapshot = (more: Partial<SessionSnapshot> = {}): SessionSnapshot => ({
  session: sampleSession(),
  turn: { kind: 'idle' },
  messages: [],
  calls: [],
  changes: [],
  frames: [],
  builds: [],
  ...more,
});

/** A session in which one call waits for approval. */
export const waitingFor = (name: string, view: ApprovalView): SessionSnapshot =>
  sampleSnapshot({
    session: sampleSession({ busy: true }),
    messages: [sampleMessage(0, { role: 'user', text: 'Create a player controller' })],
    calls: [sampleCall(2, { name, state: 'awaiting_approval', approval: view })],
  });

export const sampleAssets = [
  ['Assets/Art/Crates/Crate.prefab', 'GameObject'],
  ['Assets/Art/Crates/CrateBroken.prefab', 'GameObject'],
  ['Assets/Materials/Crate.mat', 'Material'],
  ['Assets/Scripts/Gameplay/Characters/Player/Movement/CrateCarrier.cs', 'MonoScript'],
].map(([path = '', type = ''], index) => ({
  path,
  type,
  guid: String(index).repeat(32),
  name: path.slice(path.lastIndexOf('/') + 1),
  isFolder: false,
}));
