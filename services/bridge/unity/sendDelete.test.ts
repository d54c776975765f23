import { describe, expect, it } from 'vitest';
import { makeUnityCalls } from './calls.ts';
import type { UnityClient } from './client.ts';
import { toEditorStatus } from './editorStatus.ts';
import { makeProjectFiles, sha256Of } from './files.ts';
import { makeQueue } from './queue.ts';
import { makeSendDelete } from './sendDelete.ts';
import { quiet } from './testing/harness.ts';
import type { CallResult } from './translate.ts';

const { signal } = new AbortController();
const path = 'Assets/Scripts/Hero.cs';
const shaOf = (text: string): CallResult => ({
  kind: 'reply',
  body: { success: true, data: { sha256: sha256Of(text), lengthBytes: text.length } },
  png: null,
});
const done: CallResult = { kind: 'reply', body: { success: true }, png: null };
const away: CallResult = { kind: 'not_sent', reason: 'no_session', message: 'reloading', retryAfterMs: 1 };
const failed = (message: string): CallResult => ({ kind: 'failed', code: message, message, data: {} });

const ready = toEditorStatus(
  { kind: 'server_away', why: '' },
  { building: false, serverVersion: null, latencyMs: null, pinned: null, notes: [] },
);

/** An editor elsewhere that answers each tool from its list; the last answer stays. */
function setUp(answers: Readonly<Record<'get_sha' | 'delete_script', readonly CallResult[]>>) {
  const asked: string[] = [];
  const call: UnityClient['call'] = (tool) => {
    asked.push(tool);
    const list = tool === 'get_sha' ? answers.get_sha : answers.delete_script;
    const nth = asked.filter((name) => name === tool).length - 1;
    return Promise.resolve(list[Math.min(nth, list.length - 1)] ?? done);
  };
  const calls = makeUnityCalls({
    client: { call, readResource: () => Promise.resolve(done) },
    queue: makeQueue({ limit: 4 }),
    editor: { requireInstance: () => Promise.resolve('Game@1'), refresh: () => Promise.resolve(ready) },
    clock: Date,
  });
  const files = makeProjectFiles({ calls, logger: quiet, local: false, instanceId: () => 'Game@1' });
  const sendDelete = makeSendDelete({ calls, files, assetFiles: files });
  return { asked, files, send: () => sendDelete({ path, sha256Before: sha256Of('old') }, signal) };
}

describe('a deletion that is sent', () => {
  it('looks at the file in its own turn first', async () => {
    const { asked, send } = setUp({ get_sha: [shaOf('old')], delete_script: [done] });
    expect(await send()).toEqual(done);
    expect(asked).toEqual(['get_sha', 'delete_script']);
  });

  it('looks again each time that it is sent, and is not sent when the file has changed', async () => {
    const { asked, send } = setUp({ get_sha: [shaOf('old'), shaOf('mine')], delete_script: [away, done] });
    await expect(send()).rejects.toMatchObject({
      code: 'stale_file',
      data: { path, expectedSha256: sha256Of('old'), currentSha256: sha256Of('mine') },
    });
    expect(asked).toEqual(['get_sha', 'delete_script', 'get_sha']);
  });

  it('is not sent while the look at the file gets no answer', async () => {
    const lost: CallResult = { kind: 'may_have_run', reason: 'timeout', message: 'TimeoutError' };
    const { asked, send } = setUp({ get_sha: [lost, failed('Unity threw')], delete_script: [done] });
    expect(await send()).toMatchObject({ kind: 'failed', message: 'Unity threw' });
    expect(asked).toEqual(['get_sha', 'get_sha']);
  });

  it('goes when the file is gone already: the ledger says what became of it', async () => {
    const { asked, send } = setUp({ get_sha: [failed(`Script not found at '${path}'.`)], delete_script: [done] });
    expect(await send()).toEqual(done);
    expect(asked).toEqual(['get_sha', 'delete_script']);
  });
});

describe('the sha that Unity tells', () => {
  it("is that of no file only by Unity's own words for a missing script", async () => {
    const missing = setUp({ get_sha: [failed(`Script not found at '${path}'.`)], delete_script: [] });
    expect(await missing.files.shaFromUnity(path, signal)).toBeNull();
    for (const said of ['Session not found', 'resource not found', "Tool 'get_sha' not found"]) {
      const { files } = setUp({ get_sha: [failed(said)], delete_script: [] });
      await expect(files.shaFromUnity(path, signal)).rejects.toMatchObject({ data: { unity: said } });
    }
  });
});
