import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failureOfBody, failureOfErrorText, toUnityError, type Failure } from './failures.ts';
import { replyBodySchema } from './replies.ts';

const folder = new URL('../../sandbox/unity/captures/exchanges/', import.meta.url);
const exchangeSchema = z.object({
  clientResult: z.object({
    isError: z.boolean().optional(),
    content: z.array(z.object({ type: z.string(), text: z.string().optional() })).optional(),
    contents: z.array(z.object({ text: z.string() })).optional(),
  }),
});

async function captured(name: string): Promise<Failure | 'success'> {
  const file = await readFile(new URL(`${name}.json`, folder), 'utf8');
  const { clientResult } = exchangeSchema.parse(JSON.parse(file));
  const text =
    clientResult.content?.find(({ type }) => type === 'text')?.text ?? clientResult.contents?.[0]?.text ?? '';
  if (clientResult.isError === true) return failureOfErrorText(text);
  return failureOfBody(replyBodySchema.parse(JSON.parse(text))) ?? 'success';
}

const kindAndReason = (failure: Failure | 'success'): string => {
  if (failure === 'success') return 'success';
  return 'reason' in failure ? `${failure.kind}/${failure.reason}` : failure.kind;
};

/** Captured exchange → class, as the reference's table of failure classes has it. */
const classes: Record<string, string> = {
  'create_script-ok': 'success',
  'create_script-drop-after-write': 'success',
  'create_script-no-editor': 'not_sent/no_session',
  'create_script-editor-back-fresh-session': 'not_sent/no_session',
  'create_script-no-answer': 'may_have_run/timeout',
  'create_script-late-write': 'may_have_run/timeout',
  'create_script-editor-side-timeout': 'may_have_run/timeout',
  'create_script-drop-before-write': 'may_have_run/disconnected',
  'manage_editor-superseded': 'may_have_run/disconnected',
  'create_script-two-editors-none-chosen': 'choose_instance',
  'resource-editor-state-two-editors': 'choose_instance',
  'create_script-exists': 'failed',
  'create_script-unbalanced': 'failed',
  'create_script-outside-assets': 'failed',
  'create_script-unknown-argument': 'failed',
  'apply_text_edits-ok': 'success',
  'apply_text_edits-no-op': 'success',
  'apply_text_edits-stale-file': 'failed',
  'apply_text_edits-unbalanced': 'failed',
  'apply_text_edits-no-answer': 'may_have_run/crashed',
  'apply_text_edits-drop-before-write': 'may_have_run/crashed',
  'manage_asset-compiling-too-long': 'busy/compiling',
  'refresh_unity-tests-running': 'busy/tests_running',
  'refresh_unity-editor-closed-after-use': 'may_have_run/timeout',
  'read_console-no-answer': 'busy/not_answering',
  'read_console-not-ready': 'busy/not_answering',
  'read_console-per-call-instance-unknown': 'not_sent/instance_not_found',
  'manage_build-status-building': 'success',
  'manage_build-status-failed': 'success',
  'manage_build-no-answer': 'may_have_run/timeout',
  'manage_build-status-unknown': 'failed',
  'no_such_tool-unknown-tool': 'failed',
};

describe('failure classes', () => {
  it.each(Object.entries(classes))('%s is %s', async (name, expected) => {
    expect(kindAndReason(await captured(name))).toBe(expected);
  });

  it('gives every captured exchange with an answer a class', async () => {
    const names = (await readdir(fileURLToPath(folder))).map((file) => file.replace(/\.json$/, ''));
    expect(names.length).toBeGreaterThan(20);
    let read = 0;
    for (const name of names) {
      const text = await readFile(new URL(`${name}.json`, folder), 'utf8');
      if (text.includes('"thrown"')) continue;
      await captured(name);
      read += 1;
    }
    expect(read).toBeGreaterThan(20);
  });

  it('turns each class into the code that callers branch on', async () => {
    const code = async (name: string, write = true) => {
      const failure = await captured(name);
      if (failure === 'success') throw new Error(`${name} is no failure`);
      return toUnityError(failure, { tool: 'x', write }).code;
    };
    expect(await code('create_script-no-answer')).toBe('unity_unsettled');
    expect(await code('create_script-no-answer', false)).toBe('unity_busy');
    expect(await code('create_script-no-editor')).toBe('unity_no_editor');
    expect(await code('create_script-two-editors-none-chosen')).toBe('unity_select_instance');
    expect(await code('apply_text_edits-stale-file')).toBe('stale_file');
    expect(await code('create_script-outside-assets')).toBe('path_outside_assets');
    expect(await code('create_script-unbalanced')).toBe('script_syntax');
    expect(await code('get_sha-missing')).toBe('not_found');
    expect(await code('manage_build-unknown-target')).toBe('unity_rejected');
  });

  it('keeps what Unity said for the person', async () => {
    const failure = await captured('create_script-unbalanced');
    if (failure === 'success') throw new Error('expected a failure');
    expect(toUnityError(failure, { tool: 'create_script', write: true }).message).toContain('Unbalanced delimiter');
  });
});

describe('a crash of the server', () => {
  it.each(['create_script', 'apply_text_edits', 'delete_script'])('in %s may have come after the write', (tool) => {
    const failure = failureOfErrorText(`Error calling tool '${tool}': list index out of range`);
    expect(failure).toMatchObject({ kind: 'may_have_run', reason: 'crashed' });
  });

  it('whatever breaks between the server and the editor may have run, whichever exception it is', () => {
    const body = replyBodySchema.parse({ success: false, message: null, error: 'WebSocketDisconnect', hint: 'retry' });
    expect(failureOfBody(body)).toMatchObject({ kind: 'may_have_run', reason: 'disconnected' });
  });
});
