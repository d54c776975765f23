import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import { writeAllOrNone, type FileDoor } from './allOrNone.ts';
import { sha256Of } from './files.ts';
import type { WritePlan } from './types.ts';

const planOf = (path: string, before: string | null, after: string): WritePlan => ({
  path,
  before,
  after,
  sha256Before: before === null ? null : sha256Of(before),
  sha256After: sha256Of(after),
  warnings: [],
  editsApplied: 1,
});
const refused = (path: string): AppError => new AppError('unity_failed', `Unity did not write ${path}.`);
const { signal } = new AbortController();

function makeDisk(files: Map<string, string>, options: { failAt?: number; foreign?: ReadonlySet<string> }) {
  let writes = 0;
  const put = (path: string, text: string | null): void => {
    if (text === null) files.delete(path);
    else files.set(path, text);
  };
  const door: FileDoor = {
    write: async (plan) => {
      writes += 1;
      if (writes - 1 === options.failAt) throw refused(plan.path);
      put(plan.path, plan.after);
      if (options.foreign?.has(plan.path) === true) files.set(plan.path, 'by somebody else');
    },
    putBack: async (plan) => {
      if (files.get(plan.path) !== plan.after) throw new AppError('stale_file', `${plan.path} was changed.`);
      put(plan.path, plan.before);
    },
  };
  return door;
}

const change = fc
  .uniqueArray(fc.tuple(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.option(fc.string()), fc.string()), {
    selector: ([path]) => path,
    minLength: 1,
    maxLength: 5,
  })
  .map((rows) => rows.map(([path, before, after]) => planOf(`Assets/${path}.cs`, before, after)));

const diskOf = (plans: readonly WritePlan[]): Map<string, string> =>
  new Map(plans.flatMap(({ path, before }) => (before === null ? [] : [[path, before] as const])));

describe('a change of several files', () => {
  it('is there whole when every write succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(change, async (plans) => {
        const files = diskOf(plans);
        expect(await writeAllOrNone(plans, makeDisk(files, {}), signal)).toEqual({ kind: 'applied' });
        expect(Object.fromEntries(files)).toEqual(Object.fromEntries(plans.map(({ path, after }) => [path, after])));
      }),
    );
  });

  it('leaves every file as it was when any write fails', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.nat(), async (plans, at) => {
        const files = diskOf(plans);
        const door = makeDisk(files, { failAt: at % plans.length });
        await expect(writeAllOrNone(plans, door, signal)).rejects.toMatchObject({ code: 'unity_failed' });
        expect(Object.fromEntries(files)).toEqual(Object.fromEntries(diskOf(plans)));
      }),
    );
  });

  it('never overwrites what somebody else wrote meanwhile, and names what stands', async () => {
    const plans = [
      planOf('Assets/A.cs', 'a', 'a2'),
      planOf('Assets/B.cs', 'b', 'b2'),
      planOf('Assets/C.cs', 'c', 'c2'),
    ];
    const files = diskOf(plans);
    const door = makeDisk(files, { failAt: 2, foreign: new Set(['Assets/A.cs']) });
    const outcome = await writeAllOrNone(plans, door, signal);
    expect(outcome).toMatchObject({
      kind: 'partial',
      written: [plans[0]],
      error: { data: { failedPath: 'Assets/C.cs', putBack: ['Assets/B.cs'], standing: ['Assets/A.cs'] } },
    });
    expect([...files.values()]).toEqual(['by somebody else', 'b', 'c']);
  });

  it('takes nothing back while a write is unsettled, and writes nothing more', async () => {
    const plans = [
      planOf('Assets/A.cs', 'a', 'a2'),
      planOf('Assets/B.cs', 'b', 'b2'),
      planOf('Assets/C.cs', 'c', 'c2'),
    ];
    const done: string[] = [];
    const door: FileDoor = {
      write: async ({ path }) => {
        done.push(path);
        if (done.length === 2) throw new AppError('unity_unsettled', 'not known');
      },
      putBack: async ({ path }) => void done.push(`back ${path}`),
    };
    await expect(writeAllOrNone(plans, door, signal)).rejects.toMatchObject({ code: 'unity_unsettled' });
    expect(done).toEqual(['Assets/A.cs', 'Assets/B.cs']);
  });
});
