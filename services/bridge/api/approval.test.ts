import { beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalView, Decision } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { makeCsharpChecker } from '../unity/index.ts';
import { approvalRoutes } from './approval.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const path = 'Assets/Scripts/Door.cs';
const approval: ApprovalView = {
  kind: 'write',
  path,
  before: null,
  after: 'class Door { }',
  addedLines: 1,
  removedLines: 0,
  reason: '',
  warnings: [],
  rememberFolder: null,
};
let decided: Decision[];

beforeEach(() => {
  decided = [];
  const call = { sessionId, callId: 'c1', origin: 'model', name: 'generateUnityScript', effect: 'write' } as const;
  const { view } = journal.calls.insert({ ...call, argumentsJson: '{}' });
  journal.calls.save({ ...view, state: 'awaiting_approval', approval });
});

const decide = (decision: Decision) => {
  const dispatcher = { decide: (_session: string, _call: string, taken: Decision) => void decided.push(taken) };
  const routes = approvalRoutes({ journal, dispatcher: dispatcher as never, csharp: makeCsharpChecker() });
  return routes['approval.decide']({ sessionId, callId: 'c1', decision });
};
const approve = (more: Partial<Extract<Decision, { kind: 'approve' }>>): Decision => ({
  kind: 'approve',
  remember: false,
  ...more,
});

describe('a script that was edited before it is approved', () => {
  it('is not decided while it does not parse: the call waits on, and what to do is said', async () => {
    await expect(decide(approve({ editedContents: 'class Door {\n  int broken = ;\n}' }))).rejects.toMatchObject({
      code: 'script_syntax',
      message: expect.stringMatching(
        /^Assets\/Scripts\/Door\.cs does not parse as you edited it, line 2, .*still here/s,
      ),
    });
    await expect(
      decide(approve({ editedFiles: [{ path: 'Assets/Scripts/Wall.cs', contents: 'class {' }] })),
    ).rejects.toMatchObject({ code: 'script_syntax', data: { path: 'Assets/Scripts/Wall.cs' } });
    expect(decided).toEqual([]);
  });

  it('is decided when it parses, and what is no script is not looked at', async () => {
    const fine = approve({ editedContents: 'class Door { int open = 1; }' });
    const notes = approve({ editedFiles: [{ path: 'Assets/Notes.txt', contents: 'class {' }] });
    for (const decision of [fine, notes, { kind: 'deny', reason: 'class {' } as const]) await decide(decision);
    expect(decided).toHaveLength(3);
  });
});
