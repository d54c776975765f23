import { describe, expect, it } from 'vitest';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import type { CallResult } from './translate.ts';
import { makeLedger } from './ledger.ts';
import type { LedgerEntry, LedgerStore } from './types.ts';

const [before, after, theirs] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const entry: LedgerEntry = {
  writeId: 'w1',
  sessionId: 's1',
  callId: 'c1',
  path: 'Assets/Scripts/A.cs',
  sha256Before: before,
  sha256After: after,
  before: 'old',
  after: 'new',
};
const ok: CallResult = { kind: 'reply', body: { success: true }, png: null };
const lost: CallResult = { kind: 'may_have_run', reason: 'timeout', message: 'TimeoutError' };
const refused: CallResult = { kind: 'failed', code: 'stale_file', message: 'stale_file', data: {} };
const threw: CallResult = { kind: 'failed', code: 'Unity threw an exception', message: 'Unity threw', data: {} };

/** A file whose sha each send may change, and a store that writes down what happened, in order. */
function setUp(start: string | null = before) {
  const file: { sha: string | null } = { sha: start };
  const log: string[] = [];
  const open: LedgerEntry[] = [];
  const store: LedgerStore = {
    intend: (row) => void log.push(`intend ${row.writeId}`),
    settle: (writeId, outcome) => void log.push(`settle ${writeId} ${outcome}`),
    open: () => open,
  };
  const read = () => Promise.resolve(file.sha);
  const files = { sha: read, shaFromUnity: read };
  const ledger = makeLedger({ store, files, logger: makeLogger({ name: 'test', level: 'silent' }) });
  const { signal } = new AbortController();
  /** Sends answer one after another; a string is the sha the file has afterwards. */
  const write = (...answers: readonly [CallResult | Error, string?][]) => {
    let sends = 0;
    return ledger.write(
      entry,
      () => {
        const [answer, sha] = answers[sends] ?? [new Error('sent too often')];
        sends += 1;
        log.push('send');
        if (sha !== undefined) file.sha = sha;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      signal,
    );
  };
  return { file, files, log, open, ledger, write, signal };
}

describe('ledger', () => {
  it('stores the intent before the write is sent and the outcome after it', async () => {
    const { log, write } = setUp();
    await write([ok, after]);
    expect(log).toEqual(['intend w1', 'send', 'settle w1 applied']);
  });

  it('finds a lost write applied and does not send it again', async () => {
    const { log, write } = setUp();
    await write([lost, after]);
    expect(log).toEqual(['intend w1', 'send', 'settle w1 applied']);
  });

  it('sends a lost write again when the file is as before', async () => {
    const { log, write } = setUp();
    await write([lost], [lost], [ok, after]);
    expect(log).toEqual(['intend w1', 'send', 'send', 'send', 'settle w1 applied']);
  });

  it('gives up after three lost writes and says that nothing was written', async () => {
    const { log, write } = setUp();
    await expect(write([lost], [lost], [lost])).rejects.toMatchObject({ code: 'unity_failed', retryable: true });
    expect(log.at(-1)).toBe('settle w1 not_applied');
  });

  it('finds the first send applied late when the second is refused', async () => {
    const { log, write } = setUp();
    await write([lost], [refused, after]);
    expect(log).toEqual(['intend w1', 'send', 'send', 'settle w1 applied']);
  });

  it('never overwrites what somebody else wrote meanwhile', async () => {
    const { log, write } = setUp();
    await expect(write([lost, theirs])).rejects.toMatchObject({
      code: 'stale_file',
      data: { currentSha256: theirs },
    });
    expect(log).toEqual(['intend w1', 'send', 'settle w1 foreign']);
  });

  it('does not believe a success that left another text', async () => {
    const { log, write } = setUp();
    await expect(write([ok, theirs])).rejects.toMatchObject({ code: 'stale_file' });
    expect(log.at(-1)).toBe('settle w1 foreign');
  });

  it('settles a refused or unsent write as not applied', async () => {
    const first = setUp();
    await expect(first.write([refused])).rejects.toMatchObject({ code: 'stale_file' });
    expect(first.log.at(-1)).toBe('settle w1 not_applied');
    const second = setUp();
    const away = new DependencyError('unity_unavailable', 'away', { retryable: true });
    await expect(second.write([away])).rejects.toBe(away);
    expect(second.log.at(-1)).toBe('settle w1 not_applied');
  });

  it('looks at the file after a refusal, because Unity may throw after it has written', async () => {
    const { log, write } = setUp();
    await write([threw, after]);
    expect(log).toEqual(['intend w1', 'send', 'settle w1 applied']);
  });

  it('does not look when the refusal came from the server and not from Unity', async () => {
    const { files, log, write } = setUp();
    files.shaFromUnity = () => Promise.reject(new AppError('unity_busy', 'busy'));
    const unauthorized: CallResult = { kind: 'failed', code: 'unauthorized', message: 'no', data: {} };
    await expect(write([unauthorized])).rejects.toMatchObject({ code: 'unauthorized' });
    expect(log.at(-1)).toBe('settle w1 not_applied');
  });

  it('settles an earlier write to the same file before it begins another', async () => {
    const { log, open, write, file } = setUp();
    open.push({ ...entry, writeId: 'w0', sha256Before: theirs, sha256After: before });
    await write([ok, after]);
    expect(file.sha).toBe(after);
    expect(log).toEqual(['settle w0 applied', 'intend w1', 'send', 'settle w1 applied']);
  });

  it('begins no write while an earlier one to the same file cannot be settled', async () => {
    const { files, log, open, ledger, write } = setUp();
    open.push({ ...entry, writeId: 'w0' });
    files.shaFromUnity = () => Promise.reject(new AppError('unity_busy', 'busy'));
    await expect(write([ok, after])).rejects.toMatchObject({ code: 'unity_busy', retryable: true });
    expect(log).toEqual([]);
    expect(ledger.isUnsettled()).toBe(true);
  });

  it('leaves the entry open when the file cannot be read', async () => {
    const { files, log, write } = setUp();
    files.shaFromUnity = () => Promise.reject(new AppError('unity_busy', 'busy'));
    await expect(write([lost])).rejects.toMatchObject({ code: 'unity_unsettled', data: { writeId: 'w1' } });
    expect(log).toEqual(['intend w1', 'send']);
  });

  it.each([
    [after, 'applied'],
    [before, 'not_applied'],
    [theirs, 'foreign'],
    [null, 'foreign'],
  ])('settles an open entry by the file: %s is %s', async (sha, outcome) => {
    const { file, log, open, ledger, signal } = setUp();
    file.sha = sha;
    open.push(entry);
    await ledger.settleOpen(signal);
    expect(log).toEqual([`settle w1 ${outcome}`]);
  });
});
