import type { SessionSnapshot } from '../../shared/contracts/api/index.ts';
import { ok } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { largeStates } from './largeStates.ts';
import { alertStates } from './alertStates.ts';
import { assetStates } from './assetStates.ts';
import { buildStates } from './buildStates.ts';
import { consoleStates } from './consoleStates.ts';
import { failingStates } from './failingStates.ts';
import { historyStates } from './historyStates.ts';
import { insightsStates } from './insightsStates.ts';
import { costStates } from './costStates.ts';
import { previewStates } from './previewStates.ts';
import { projectStates } from './projectStates.ts';
import { steeringStates } from './steeringStates.ts';
import { setupStates } from './setupStates.ts';
import { teamStates } from './teamStates.ts';
import { unityStates } from './unityStates.ts';
import { voiceStates } from './voiceStates.ts';
import {
  idOf,
  sampleBuild,
  sampleCall,
  sampleChange,
  sampleFrame,
  sampleHealth,
  sampleMessage,
  sampleSession,
  sampleSnapshot,
  waitingFor,
} from './samples.ts';
import { playerController, playerControllerJump } from './scripts.ts';

const asked = sampleMessage(0, { role: 'user', text: 'Create a player controller' });
const answer = sampleMessage(1, {
  text: 'I’ll add a `CharacterController`-based script:\n\n- **Movement** with the new Input System\n- **Jump** with a grounded check\n\nIt goes to `Assets/Scripts`, where your other scripts are.',
});
const created = sampleCall(2, {
  state: 'succeeded',
  summary: 'created Assets/Scripts/PlayerController.cs · 47 lines',
  changeId: idOf(2),
  finishedAt: new Date(Date.UTC(2026, 10, 23, 9, 0, 8)).toISOString(),
  timing: [
    { step: 'queue', ms: 2 },
    { step: 'unity', ms: 310 },
    { step: 'compile', ms: 4_100 },
    { step: 'keep', ms: 6 },
    { step: 'database', ms: 3 },
  ],
  result: { success: true, path: 'Assets/Scripts/PlayerController.cs', lines: 47 },
});
const change = sampleChange(2, { callId: 'c2' });
const done = sampleMessage(3, {
  text: 'The script is in place and compiles. Attach it to the player with `AddComponent`:\n\n```csharp\nvar player = GameObject.Find("Player");\nplayer.AddComponent<PlayerController>(); // needs a CharacterController\n```\n\nSet **Speed** in the inspector; 5 m/s is the default.',
});
const frames = [sampleFrame(1), sampleFrame(2, { unchanged: true }), sampleFrame(3, { changeId: idOf(2) })];
const full = sampleSnapshot({
  messages: [asked, answer, done],
  calls: [created],
  changes: [change],
  frames,
  builds: [
    sampleBuild(1),
    sampleBuild(0, {
      state: 'succeeded',
      elapsedMs: 201_000,
      sizeBytes: 48_600_000,
      previousSizeBytes: 47_400_000,
      warnings: 3,
      completedAt: new Date(Date.UTC(2026, 10, 23, 9, 3)).toISOString(),
    }),
  ],
});
const approval = (before: string | null, after: string, warnings: string[] = []): SessionSnapshot =>
  sampleSnapshot({
    session: sampleSession({ busy: true }),
    messages: [asked, answer],
    calls: [
      sampleCall(2, {
        state: 'awaiting_approval',
        approval: {
          kind: 'write',
          path: 'Assets/Scripts/PlayerController.cs',
          before,
          after,
          addedLines: before === null ? after.split('\n').length - 1 : 9,
          removedLines: before === null ? 0 : 2,
          reason: 'A first-person controller needs movement, gravity and a jump in one place.',
          warnings,
          rememberFolder: 'Assets/Scripts',
          author: 'claude-sonnet-5-5',
        },
      }),
    ],
  });
const broken = sampleChange(2, {
  callId: 'c2',
  compileStatus: 'errors',
  compileErrors: [
    { severity: 'error', code: 'CS1002', message: '; expected', file: change.path, line: 31, column: 44 },
    {
      severity: 'error',
      code: 'CS0246',
      message: "The type or namespace name 'InputActoin' could not be found (are you missing a using directive?)",
      file: change.path,
      line: 12,
      column: 17,
    },
  ],
});
const mended = sampleChange(4, {
  callId: 'c4',
  kind: 'modified',
  addedLines: 1,
  removedLines: 1,
  compileStatus: 'errors',
  compileErrors: broken.compileErrors.slice(1),
});
const downHealth = sampleHealth({
  outboxDepth: 128,
  dependencies: sampleHealth().dependencies.map((dependency) => {
    if (dependency.id === 'nats')
      return {
        ...dependency,
        status: 'down',
        label: '',
        detail:
          'NATS at 127.0.0.1:4222 refuses the connection. 128 events are kept here and sent when it is back. Start nats-server or check NATS_URL.',
      };
    if (dependency.id === 'unity')
      return {
        ...dependency,
        status: 'degraded',
        label: 'SparkSample · reloading',
        detail: 'Unity reloads its scripts; calls wait for it.',
      };
    if (dependency.id === 'replica')
      return { ...dependency, status: 'off', label: '', detail: 'No replica is configured; reads go to the primary.' };
    return dependency;
  }),
});
const long = 'Assets/Scripts/Gameplay/Characters/Player/Movement/Controllers/FirstPersonCharacterMovementController.cs';

const sceneText = (components: readonly string[]): string =>
  ['GameObject Player', '  position: 0, 1, 0', '  components:', ...components.map((name) => `    ${name}`), ''].join(
    '\n',
  );
const edited = sampleChange(4, { kind: 'modified', addedLines: 6, removedLines: 2 });
const placed = sampleChange(5, {
  kind: 'scene',
  path: 'Assets/Scenes/SampleScene.unity',
  subject: 'Player created',
  addedLines: 6,
});
const undoOfEdit = sampleChange(6, { kind: 'modified', addedLines: 2, removedLines: 6, undoesChangeId: idOf(4) });
const removed = sampleChange(7, {
  kind: 'deleted',
  path: 'Assets/Scripts/EnemyController.cs',
  addedLines: 0,
  removedLines: 90,
});
const undoHistory = sampleSnapshot({
  messages: [asked, answer, done],
  calls: [created],
  changes: [change, edited, placed, undoOfEdit, removed],
});

/** The states that are looked at (window.md §5). */
export const galleryStates: Readonly<Record<string, GalleryState>> = {
  empty: { snapshot: sampleSnapshot({ session: sampleSession({ title: 'New session' }) }) },
  emptyMissing: { snapshot: sampleSnapshot({ session: sampleSession({ title: 'New session' }) }), health: downHealth },
  streaming: {
    snapshot: sampleSnapshot({
      session: sampleSession({ busy: true }),
      messages: [
        asked,
        {
          ...done,
          text: answer.text + '\n\n```csharp\nusing UnityEngine;\n\npublic class Pl',
          status: 'streaming',
          position: 1,
        },
      ],
      calls: [
        sampleCall(2, {
          summary: 'writing Assets/Scripts/PlayerController.cs',
          createdAt: new Date(Date.now() - 3_000).toISOString(),
        }),
      ],
    }),
  },
  approvalNew: { snapshot: approval(null, playerController) },
  approvalChange: {
    snapshot: approval(playerController, playerControllerJump, ['Overwrites a file that was edited outside SPARK.']),
    window: { panelTab: 'changes' },
  },
  approvalOften: {
    snapshot: waitingFor('generateUnityScript', {
      kind: 'write',
      path: 'Assets/Scripts/Generated/Waypoint.cs',
      before: null,
      after: 'using UnityEngine;\n\npublic class Waypoint : MonoBehaviour\n{\n}\n',
      addedLines: 5,
      removedLines: 0,
      reason: 'Another point of the patrol.',
      warnings: [],
      rememberFolder: 'Assets/Scripts/Generated',
      approvedInARow: 23,
    }),
  },
  compileErrors: {
    snapshot: sampleSnapshot({
      session: sampleSession({ busy: true }),
      messages: [asked, answer],
      calls: [created, { ...created, callId: 'c4', position: 4, changeId: idOf(4) }],
      changes: [broken, mended],
    }),
    window: { panelTab: 'changes' },
  },
  done: { snapshot: full, stored: true },
  changes: { snapshot: full, stored: true, window: { panelTab: 'changes', changeId: idOf(2) } },
  undo: {
    snapshot: undoHistory,
    stored: true,
    window: { panelTab: 'changes', changeId: idOf(5) },
    texts: { before: '', after: sceneText(['Transform', 'MeshFilter', 'MeshRenderer', 'CharacterController']) },
  },
  undoNothing: {
    snapshot: undoHistory,
    stored: true,
    window: { panelTab: 'changes', changeId: idOf(2) },
    undo: { kind: 'nothing_to_do', why: 'the file is already as it was before this change.' },
  },
  undoByKey: {
    snapshot: undoHistory,
    stored: true,
    window: { view: 'settings' },
    routes: {
      'change.undo': () => ok({ kind: 'nothing_to_do', why: 'the file is already as it was before this change.' }),
    },
  },
  undoConflict: {
    snapshot: undoHistory,
    stored: true,
    window: { panelTab: 'changes', changeId: idOf(2) },
    undo: {
      kind: 'conflict',
      conflict: {
        changeId: idOf(2),
        path: change.path,
        why: `The same lines of ${change.path} were changed since.`,
        now: playerControllerJump,
        wanted: playerController,
        regions: [
          {
            line: 14,
            now: '    [SerializeField] float speed = 7.5f; // felt too slow\n',
            wanted: '    [SerializeField] float speed = 5f;\n',
          },
          { line: 31, now: '        velocity.y += Physics.gravity.y * Time.deltaTime;\n', wanted: '' },
        ],
      },
    },
  },
  approvalDelete: {
    snapshot: waitingFor('deleteUnityAsset', {
      kind: 'delete',
      path: 'Assets/Scripts/EnemyController.cs',
      before: playerController,
      sizeBytes: 2_140,
      metaKept: true,
      reason: 'The patrol moved into NavMeshPatrol; nothing refers to this script any more.',
      warnings: [],
    }),
  },
  approvalMany: {
    snapshot: waitingFor('applyUnityPatch', {
      kind: 'write_many',
      files: [
        {
          path: 'Assets/Scripts/PlayerController.cs',
          before: playerController,
          after: playerControllerJump,
          addedLines: 7,
          removedLines: 1,
          warnings: [],
        },
        {
          path: 'Assets/Scripts/JumpSettings.cs',
          before: null,
          after: '[System.Serializable]\npublic class JumpSettings\n{\n    public float height = 1.4f;\n}\n',
          addedLines: 5,
          removedLines: 0,
          warnings: ['Assets/Scripts/JumpSettings.cs declares no MonoBehaviour.'],
        },
      ],
      reason: 'Jumping, with its settings in a class of their own.',
      warnings: [],
    }),
  },
  approvalIngest: {
    snapshot: waitingFor('ingestUnityAsset', {
      kind: 'ingest',
      source: 'C:\\Art\\Crates\\Crate (final).fbx',
      path: 'Assets/Models/Crate (final).fbx',
      sizeBytes: 84_300_000,
      type: 'FBX model',
      reason: '',
      warnings: ['A large file: importing takes a while.'],
    }),
  },
  approvalScene: {
    snapshot: waitingFor('createUnityObject', {
      kind: 'scene',
      path: 'Assets/Scenes/SampleScene.unity',
      steps: ['Create a Capsule named Player at the root of the scene.', 'Add PlayerController with speed 6.'],
      before: '',
      after: sceneText(['Transform', 'MeshFilter', 'MeshRenderer', 'CharacterController', 'PlayerController']),
      reason: 'PlayerController works only on an object of the scene.',
      warnings: ['The scene is changed in the editor and not saved.'],
    }),
  },
  approvalTests: {
    snapshot: waitingFor('runUnityTests', {
      kind: 'tests',
      mode: 'PlayMode',
      testNames: [],
      reason: '',
      warnings: ['Unity enters play mode and reloads; save what you have open in the editor.'],
    }),
  },
  approvalBuild: {
    snapshot: waitingFor('runUnityBuild', {
      kind: 'build',
      target: 'windows64',
      development: true,
      outputPath: 'Builds/Windows/SparkSample.exe',
      reason: 'You asked for a build to hand to the testers.',
      warnings: ['Unity answers nothing until the build is done.'],
    }),
  },
  ...largeStates,
  ...projectStates,
  ...steeringStates,
  ...assetStates,
  ...buildStates,
  ...consoleStates,
  ...historyStates,
  ...teamStates,
  ...costStates,
  ...previewStates,
  ...insightsStates,
  ...unityStates,
  ...alertStates,
  ...voiceStates,
  ...setupStates,
  ...failingStates,
  build: { snapshot: full, window: { panelTab: 'build' } },
  buildLost: {
    snapshot: sampleSnapshot({
      messages: [asked],
      builds: [
        sampleBuild(0, {
          state: 'failed',
          phase: 'lost',
          sizeBytes: null,
          reason:
            "Outcome not known: Unity was restarted while it built, and nothing newer than the start tells how it ended. Look at Builds/Linux and at Unity's Editor.log.",
        }),
      ],
    }),
    window: { panelTab: 'build' },
  },
  failed: {
    snapshot: sampleSnapshot({
      messages: [
        asked,
        sampleMessage(4, {
          status: 'failed',
          error: {
            code: 'realtime_unavailable',
            message: 'The model closed the connection. What it had written is kept; ask again.',
          },
        }),
      ],
      calls: [
        sampleCall(1, {
          state: 'failed',
          error: {
            code: 'unity_no_editor',
            message:
              'No Unity Editor is connected to the MCP server. Nothing was written. Open the project in Unity and start the bridge.',
          },
        }),
        sampleCall(2, { state: 'denied', summary: 'not the folder I want' }),
        sampleCall(3, { state: 'unsettled' }),
      ],
      frames: [sampleFrame(1, { blank: true })],
    }),
    health: downHealth,
  },
  offline: { snapshot: full, offline: true },
  health: { snapshot: full, health: downHealth, window: { view: 'health', healthFocus: 'nats' } },
  longContent: {
    snapshot: sampleSnapshot({
      session: sampleSession({
        title: 'A very long title that somebody gave to a session in which they tried everything at once and more',
      }),
      messages: [
        sampleMessage(0, { role: 'user', text: `Read ${long} and ${'x'.repeat(300)}` }),
        sampleMessage(1, {
          text: `# Heading\n\n${'A long paragraph about the project and its scenes. '.repeat(12)}\n\n| a | b | c |\n|--|--|--|\n| 1 | ${'wide '.repeat(30)} | 3 |\n\n1. one\n2. two\n   - nested\n\n![spy](https://example.org/spy.png) and [a link](https://example.org)\n\n<script>alert(1)</script>\n\n\`\`\`csharp\n${playerController}\`\`\``,
        }),
      ],
      calls: [{ ...created, position: 2 }],
      changes: [sampleChange(2, { path: long })],
    }),
    window: { panelTab: 'changes' },
  },
};
