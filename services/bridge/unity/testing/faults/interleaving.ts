import * as fc from 'fast-check';
import type { Fault } from '../../../../sandbox/unity/index.ts';
import { countOf, emptyScript, lineOf, withLine, worldSession, type World } from './world.ts';

/**
 * Random interleavings of writes with what goes wrong around them, on one world. After each the files are compared with
 * the ledger: an edit is in its file once or not at all, the ledger says which, and what the developer wrote is still
 * there. Steps have no fixed times in them, only short pauses, so a shrunk run means what it says.
 */
export type Disturbance =
  'reload' | 'absence' | 'freeze' | 'foreign_edit' | 'duplicate' | 'kill' | 'kill_and_repeat' | 'none';

export interface WriteStep {
  readonly kind: 'write';
  readonly file: 0 | 1;
  readonly fault: Fault['kind'] | 'none';
  readonly faultMs: number;
  readonly disturbance: Disturbance;
  readonly afterMs: number;
}
export type Step = WriteStep | { readonly kind: 'foreign'; readonly file: 0 | 1 } | { readonly kind: 'restart' };

const file = fc.constantFrom<0 | 1>(0, 1);
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        file,
        fault: fc.constantFrom<WriteStep['fault'][]>(
          'none',
          'drop_before_write',
          'drop_after_write',
          'domain_reload',
          'delay',
          'late_write',
          'no_answer',
          'error',
        ),
        faultMs: fc.constantFrom(10, 60, 400, 3_000),
        disturbance: fc.constantFrom<Disturbance[]>(
          'none',
          'reload',
          'absence',
          'freeze',
          'foreign_edit',
          'duplicate',
          'kill',
          'kill_and_repeat',
        ),
        afterMs: fc.constantFrom(0, 5, 40, 160),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('foreign' as const), file }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  ),
  { minLength: 1, maxLength: 4 },
);

interface Sent {
  readonly path: string;
  readonly token: string;
  readonly callIds: readonly string[];
  /** Whether a caller was told that it succeeded. */
  told: boolean;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
let runs = 0;

/** Plays the steps and throws when the files and the ledger do not agree afterwards. */
export async function playInterleaving(world: World, plan: readonly Step[]): Promise<void> {
  runs += 1;
  const names = [`Run${runs}A`, `Run${runs}B`] as const;
  const paths = names.map((name) => `Assets/Scripts/${name}.cs`);
  const sent: Sent[] = [];
  const foreign: { readonly path: string; readonly token: string }[] = [];
  const { signal } = new AbortController();

  const editForeign = (path: string): void => {
    const text = world.read(path);
    if (text === null) return;
    const token = `theirs${runs}_${foreign.length}`;
    world.put(path, withLine(text, lineOf(token)));
    foreign.push({ path, token });
  };

  async function write(step: WriteStep): Promise<void> {
    const path = paths[step.file] ?? '';
    const token = `mine${runs}_${sent.length}`;
    const callId = `call_${token}`;
    const entry: Sent = { path, token, callIds: [callId, `${callId}_again`], told: false };
    sent.push(entry);
    const context = { sessionId: worldSession, callId, signal };
    const name = names[step.file];
    const isNew = world.read(path) === null;
    const planned = await (
      isNew
        ? world.unity().planScript({ name, contents: withLine(emptyScript(name), lineOf(token)) }, context)
        : world
            .unity()
            .planPatch({ path, edits: [{ search: '    // end\n', replace: `${lineOf(token)}    // end\n` }] }, context)
    ).catch(() => null);
    // A late creation came in between: the developer sees a file in the diff that would be replaced, and says no.
    if (planned === null || (isNew && planned.before !== null)) return;
    const send = async (id: string): Promise<void> => {
      try {
        await world.unity().unityGenerateScript(planned, { ...context, callId: id });
        entry.told = true;
      } catch {
        // What it was is asked of the ledger below.
      }
    };

    if (step.fault !== 'none') {
      world.editor.faults.add({
        kind: step.fault,
        command: 'manage_script',
        action: planned.before === null ? 'create' : 'apply_text_edits',
        ms: step.faultMs,
      });
    }
    const intended = new Promise<void>((resolve) => {
      const stop = world.onIntend(() => {
        stop();
        resolve();
      });
    });
    const writing = send(callId);
    await Promise.race([intended, writing]);
    await pause(step.afterMs);
    switch (step.disturbance) {
      case 'none':
        break;
      case 'reload':
        void world.editor.reload();
        break;
      case 'absence':
        world.editor.closeEditor();
        await pause(step.faultMs);
        world.editor.openEditor();
        break;
      case 'freeze':
        world.editor.freeze();
        await pause(step.faultMs);
        world.editor.thaw();
        break;
      case 'foreign_edit':
        editForeign(path);
        break;
      case 'duplicate':
        await send(`${callId}_again`);
        break;
      case 'kill':
        await world.restart();
        break;
      case 'kill_and_repeat':
        await world.restart();
        await send(`${callId}_again`);
        break;
    }
    await writing;
    world.editor.faults.clear();
  }

  try {
    for (const step of plan) {
      if (step.kind === 'write') await write(step);
      else if (step.kind === 'foreign') editForeign(paths[step.file] ?? '');
      else await world.restart();
    }
    await world.settle();
    for (const entry of sent) check(world, entry);
    for (const { path, token } of foreign) {
      if (countOf(world.read(path), token) !== 1)
        throw new Error(`The developer's ${token} was overwritten in ${path}.`);
    }
  } finally {
    await world.settle();
    for (const path of paths) world.remove(path);
  }
}

function check(world: World, { path, token, callIds, told }: Sent): void {
  const times = countOf(world.read(path), token);
  const outcomes = callIds.flatMap((callId) => world.writesOf(callId)).map(({ outcome }) => outcome);
  const say = `${token} is ${times} times in ${path}; the ledger says ${outcomes.join(', ') || 'nothing'}`;
  if (times > 1) throw new Error(`Doubled: ${say}.`);
  if (outcomes.includes(null)) throw new Error(`Not settled: ${say}.`);
  if (outcomes.includes('applied') && times !== 1) throw new Error(`Lost: ${say}.`);
  if (times === 1 && outcomes.every((outcome) => outcome === 'not_applied')) throw new Error(`Denied: ${say}.`);
  if (told && times !== 1) throw new Error(`Told as done, and is not: ${say}.`);
}
