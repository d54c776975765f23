import type { GalleryState } from './galleryState.ts';
import { idOf, sampleCall, sampleChange, sampleMessage, sampleSession, sampleSnapshot, waitingFor } from './samples.ts';

/** The same pieces with far more in them than usual: long paths, a file of 1 MB, 200 files, 50 places in conflict. */
const deep =
  'Assets/Scripts/Gameplay/Characters/Player/Movement/Controllers/States/FirstPersonCharacterMovementControllerGroundedState.cs';
const method = (index: number): string =>
  `    private float Curve${index}(float time) => Mathf.Lerp(${index}f, ${index + 1}f, time) * 0.5f; // generated table entry\n`;
const generated = (methods: number): string =>
  `using UnityEngine;\n\npublic class Curves : MonoBehaviour\n{\n${Array.from({ length: methods }, (_, index) => method(index)).join('')}}\n`;
const megabyte = generated(10_000);
const regions = Array.from({ length: 50 }, (_, index) => ({
  line: 10 + index * 7,
  now: `    [SerializeField] float speed${index} = ${index}.5f; // felt too slow\n`,
  wanted: `    [SerializeField] float speed${index} = ${index}f;\n`,
}));
const files = Array.from({ length: 200 }, (_, index) => ({
  path: index === 3 ? deep : `Assets/Scripts/Generated/Module${index % 12}/Component${index}.cs`,
  before: index % 5 === 0 ? null : generated(4),
  after: generated(6),
  addedLines: index % 5 === 0 ? 11 : 2,
  removedLines: index % 5 === 0 ? 0 : 1,
  warnings: index % 40 === 2 ? [`Component${index}.cs was edited outside SPARK.`] : [],
}));

/** A question, a call and an answer, `turns` times; the answers differ in length. */
const longSession = (turns: number) => {
  const numbers = Array.from({ length: turns }, (_, turn) => turn);
  return sampleSnapshot({
    messages: numbers.flatMap((turn) => [
      sampleMessage(turn * 3, { role: 'user', text: `Make jump number ${turn} a little higher` }),
      sampleMessage(turn * 3 + 2, {
        text: `Jump number ${turn} is higher now.${'\n\n- it takes effect at once\n- the *Inspector* still wins'.repeat(turn % 4)}${turn % 5 === 0 ? '\n\n```csharp\nvelocity.y = Mathf.Sqrt(jumpHeight * -2f * gravity);\n```' : ''}`,
      }),
    ]),
    calls: numbers.map((turn) =>
      sampleCall(turn * 3 + 1, {
        state: 'succeeded',
        summary: `set jumpHeight to ${turn}`,
        effect: 'read',
        finishedAt: new Date(Date.UTC(2026, 10, 23, 9, 0, turn * 3 + 2)).toISOString(),
      }),
    ),
  });
};

export const largeStates: Readonly<Record<string, GalleryState>> = {
  longSession: { snapshot: longSession(3_334) },
  longSessionFound: { snapshot: longSession(3_334), window: { entry: { id: 'm3000' } } },
  approvalManyLarge: {
    snapshot: waitingFor('applyUnityPatch', {
      kind: 'write_many',
      files,
      reason: 'The namespace of every generated component.',
      warnings: ['Unity compiles all scripts afterwards.'],
    }),
  },
  approvalMegabyte: {
    snapshot: waitingFor('applyUnityPatch', {
      kind: 'write',
      path: deep,
      before: megabyte,
      after: megabyte.replace('Curve5000(', 'Curve5000Fast('),
      addedLines: 1,
      removedLines: 1,
      reason: 'The name says now which of the two it is.',
      warnings: ['Overwrites a file that was edited outside SPARK.'],
      rememberFolder: deep.slice(0, deep.lastIndexOf('/')),
    }),
  },
  approvalRewritten: {
    snapshot: waitingFor('applyUnityPatch', {
      kind: 'write',
      path: deep,
      before: megabyte,
      after: megabyte.replaceAll('private float Curve', 'internal static double Step').replaceAll('Lerp', 'SmoothStep'),
      addedLines: 10_000,
      removedLines: 10_000,
      reason: 'The whole table is made anew.',
      warnings: [],
      rememberFolder: deep.slice(0, deep.lastIndexOf('/')),
    }),
  },
  approvalDeleteLarge: {
    snapshot: waitingFor('deleteUnityAsset', {
      kind: 'delete',
      path: deep,
      before: megabyte,
      sizeBytes: megabyte.length,
      metaKept: true,
      reason: 'Nothing refers to it any more.',
      warnings: [`Assets/Prefabs/Player.prefab and 12 other assets refer to ${deep}.`],
    }),
  },
  approvalDeleteBinary: {
    snapshot: waitingFor('deleteUnityAsset', {
      kind: 'delete',
      path: 'Assets/Textures/Crate.png',
      before: null,
      sizeBytes: 4_210_000,
      metaKept: false,
      reason: '',
      warnings: ['It has no .meta: an undo brings the file back, references to it stay lost.'],
    }),
  },
  approvalSceneLarge: {
    snapshot: waitingFor('createUnityObject', {
      kind: 'scene',
      path: deep.replace('.cs', '.unity'),
      steps: Array.from(
        { length: 25 },
        (_, index) => `Create a Cube named Crate (${index}) under Props/Harbour/Crates.`,
      ),
      before: '',
      after: Array.from({ length: 25 }, (_, index) => `GameObject Crate (${index})\n  position: ${index}, 0, 0\n`).join(
        '',
      ),
      reason: 'A row of crates along the quay.',
      warnings: ['The scene is changed in the editor and not saved.'],
    }),
  },
  approvalTestsLarge: {
    snapshot: waitingFor('runUnityTests', {
      kind: 'tests',
      mode: 'EditMode',
      testNames: Array.from({ length: 60 }, (_, index) => `Spark.Tests.Gameplay.MovementTests.Case${index}_IsGrounded`),
      reason: 'The tests that failed before.',
      warnings: [],
    }),
  },
  undoConflictLarge: {
    snapshot: sampleSnapshot({
      session: sampleSession(),
      changes: [sampleChange(2, { path: deep, kind: 'modified', addedLines: 50, removedLines: 50 })],
    }),
    stored: true,
    window: { panelTab: 'changes', changeId: idOf(2) },
    undo: {
      kind: 'conflict',
      conflict: {
        changeId: idOf(2),
        path: deep,
        why: `The same lines of ${deep} were changed since.`,
        now: null,
        wanted: null,
        regions,
      },
    },
  },
};
