import type { ConsoleLine, RouteOutput } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleCall, sampleChange, sampleSnapshot, sessionId } from './samples.ts';

const after = (callId: string): ConsoleLine['after'] => ({ sessionId, callId });
const lines: readonly Omit<ConsoleLine, 'place'>[] = [
  { severity: 'log', message: '[Bootstrap] Loaded scene Main in 412 ms', after: null },
  {
    severity: 'warning',
    message: 'The referenced script on this Behaviour (Game Object ‘Door’) is missing!',
    after: null,
  },
  {
    severity: 'error',
    code: 'CS0103',
    message: 'The name ‘rigidBody’ does not exist in the current context',
    file: 'Assets/Scripts/PlayerController.cs',
    line: 27,
    column: 9,
    after: after('c1'),
  },
  {
    severity: 'warning',
    code: 'CS0649',
    message: 'Field ‘PlayerController.jumpHeight’ is never assigned to, and will always have its default value 0',
    file: 'Assets/Scripts/PlayerController.cs',
    line: 12,
    column: 19,
    after: after('c1'),
  },
  ...Array.from({ length: 37 }, () => ({
    severity: 'log' as const,
    message: 'Grounded: False',
    file: 'Assets/Scripts/PlayerController.cs',
    line: 41,
    after: after('c2'),
  })),
  {
    severity: 'error',
    message:
      'NullReferenceException: Object reference not set to an instance of an object\nPlayerController.Update () (at Assets/Scripts/PlayerController.cs:33)',
    file: 'Assets/Scripts/PlayerController.cs',
    line: 33,
    after: after('c2'),
  },
  { severity: 'log', message: `\u001b[31mred\u001b[0m \u202egnitsop\u202c ${'long '.repeat(200)}`, after: after('c2') },
];

const reading: RouteOutput<'console.read'> = {
  kind: 'read',
  end: { instanceId: 'SparkSample@1', total: 5_000 + lines.length, print: '' },
  from: 5_000,
  lines: lines.map((line, index) => ({ ...line, place: 5_000 + index })),
  calls: [
    { sessionId, callId: 'c1', summary: 'created Assets/Scripts/PlayerController.cs · 47 lines' },
    { sessionId, callId: 'c2', summary: 'changed Assets/Scripts/PlayerController.cs · +3 −1' },
  ],
};
const many: RouteOutput<'console.read'> = {
  ...reading,
  from: 0,
  lines: Array.from({ length: 1_000 }, (_, place) => ({
    place,
    severity: (['error', 'warning', 'log', 'log'] as const)[place % 4] ?? 'log',
    message: `Enemy ${place} lost its path to the player`,
    file: 'Assets/Scripts/Gameplay/Characters/Enemies/Movement/PathFollowerWithAVeryLongName.cs',
    line: place,
    after: after(place < 500 ? 'c1' : 'c2'),
  })),
};
const snapshot = sampleSnapshot({
  calls: [sampleCall(1, { state: 'succeeded', changeId: idOf(2), summary: 'created' })],
  changes: [sampleChange(2)],
});
const shown = (more: Partial<GalleryState>): GalleryState => ({ snapshot, window: { panelTab: 'console' }, ...more });

export const consoleStates: Readonly<Record<string, GalleryState>> = {
  console: shown({ console: reading }),
  consoleChosen: shown({ console: reading, chosenLines: [5_041] }),
  consoleMany: shown({ console: many, chosenLines: [996, 997, 998] }),
  consoleEmpty: shown({
    console: { ...reading, from: 0, lines: [], calls: [], end: { instanceId: 'SparkSample@1', total: 0, print: '' } },
  }),
  consoleAway: shown({ console: { kind: 'away', why: 'Unity is compiling scripts; calls wait for it.' } }),
  consoleFailed: shown({}),
};
