import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import {
  documentedFaults,
  startCodeModelSimulator,
  type CodeFault,
  type CodeModelSimulator,
} from '../../sandbox/codeModel/index.ts';
import type { ResponseUsage } from '../realtime/types.ts';
import { makeCsharpChecker } from '../unity/csharp.ts';
import { makeCodeModel, type CodeRequest } from './index.ts';
import type { CodeResult } from './types.ts';

const csharp = makeCsharpChecker();
const never = new AbortController().signal;
let service: CodeModelSimulator;
let logged: string[];
let usages: ResponseUsage[];

beforeEach(async () => {
  service = await startCodeModelSimulator({ deltaMs: 0 });
  logged = [];
  usages = [];
});
afterEach(async () => {
  await service.close();
});

const modelOf = (over: Partial<Parameters<typeof makeCodeModel>[0]> = {}) =>
  makeCodeModel({
    apiKey: service.key,
    baseUrl: service.url,
    model: 'claude-sonnet-5-5',
    csharp,
    logger: makeLogger({ name: 'test', level: 'trace', sink: { write: (line) => void logged.push(line) } }),
    ...over,
  });
const request: CodeRequest = {
  prompt: 'a player health script',
  className: 'Health',
  path: 'Assets/Scripts/Health.cs',
  current: null,
  draft: null,
  neighbours: [],
  unityVersion: '6000.0.1f1',
  renderPipeline: null,
  compileErrors: [],
};
const write = (over: Partial<CodeRequest> = {}, model = modelOf()): Promise<CodeResult> =>
  model.writeCode({ ...request, ...over }, never, { onUsage: (usage) => usages.push(usage) });
const codeOf = (result: CodeResult): string => (result.kind === 'code' ? 'code' : result.code);

describe('the code model', () => {
  it('answers with a file that declares the class, streams its lines, and reports what it used', async () => {
    const lines: number[] = [];
    const result = await modelOf().writeCode(request, never, {
      onProgress: (progress) => lines.push(progress.lines),
      onUsage: (usage) => usages.push(usage),
    });
    expect(result).toMatchObject({ kind: 'code', model: 'claude-sonnet-5-5' });
    const contents = result.kind === 'code' ? result.contents : '';
    expect(contents).toContain('public class Health');
    expect(lines.at(-1)).toBe(contents.split('\n').length);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    const [entry] = service.log;
    expect(usages).toEqual([
      expect.objectContaining({ responseId: entry?.id, outputTokens: entry?.usage?.output_tokens }),
    ]);
  });

  it('takes a fence off, and never shows it', async () => {
    service.play({ kind: 'answer', text: '```csharp\npublic class Health { }\n```\n' });
    expect(await write()).toMatchObject({ kind: 'code', contents: 'public class Health { }\n' });
  });

  it.each([
    ['does not parse', 'public class Health { void A( { }', 'does not parse'],
    ['is prose', 'I would rather not write that today.', 'declares no type'],
    ['has prose beside the code', 'Here it is:\n```\npublic class Health { }\n```', 'text beside the code'],
    ['declares another class', 'public class Healing { }', 'needs a type called Health'],
  ])('asks once more, saying what is wrong, when an answer %s', async (_what, text, complaint) => {
    service.play({ kind: 'answer', text });
    expect(await write()).toMatchObject({ kind: 'code' });
    const messages = service.log[1]?.body.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[2]?.content).toContain(complaint);
    expect(usages).toHaveLength(2);
  });

  it('gives up after the second answer that cannot be used, and says what was wrong with it', async () => {
    const text = 'public class Health { void A( { }';
    service.play({ kind: 'answer', text }, { kind: 'answer', text });
    const result = await write();
    expect(result).toMatchObject({ kind: 'unavailable', code: 'syntax' });
    expect(result.kind === 'unavailable' ? result.message : '').toMatch(/twice.*line 1, column/);
    expect(service.log).toHaveLength(2);
  });

  it('reads what it has sent before from the cache, and counts that as a part of its input', async () => {
    const neighbours = [{ path: 'Assets/Scripts/Big.cs', surface: `// ${'x'.repeat(8_000)}\npublic class Big { }` }];
    await write({ neighbours });
    await write({ neighbours, prompt: 'a pickup', className: 'Pickup', path: 'Assets/Scripts/Pickup.cs' });
    const [first, second] = usages;
    expect(first?.cacheWriteTokens).toBeGreaterThan(2_000);
    expect(first?.cachedTokens).toBe(0);
    expect(second?.cachedTokens).toBe(first?.cacheWriteTokens);
    const reported = service.log.map(({ usage }) =>
      usage === null ? 0 : usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
    );
    expect(usages.map(({ inputTokens }) => inputTokens)).toEqual(reported);
  });

  it('tells what it is given about the file and its neighbours', async () => {
    const current = 'public class Health : MonoBehaviour\n{\n    int a = 1\n}\n';
    await write({
      current,
      compileErrors: [{ message: '; expected', code: 'CS1002', line: 3 }],
      neighbours: [{ path: 'Assets/Scripts/Player.cs', surface: 'public class Player { }' }],
      renderPipeline: 'Universal (URP)',
    });
    const sent = JSON.stringify(service.log[0]?.body.messages);
    for (const part of ['6000.0.1f1', 'Universal (URP)', 'Assets/Scripts/Player.cs', 'int a = 1', 'CS1002'])
      expect(sent).toContain(part);
  });
});

describe('a code model that cannot write', () => {
  const expected = {
    badRequest: 'bad_request',
    wrongKey: 'unauthorized',
    noMoney: 'no_money',
    forbidden: 'forbidden',
    modelNotFound: 'model_not_found',
    tooLarge: 'too_large',
    rateLimited: 'rate_limited',
    serverError: 'server_error',
    gatewayTimeout: 'timeout',
    overloaded: 'overloaded',
    overloadedInStream: 'overloaded',
    refusal: 'refused',
    maxTokens: 'max_tokens',
    cut: 'network',
    ended: 'network',
    stall: 'timeout',
    webPage: 'protocol',
    garbled: 'protocol',
  } as const satisfies Record<keyof typeof documentedFaults, string>;

  it.each(Object.entries(expected))('says so for %s', async (name, code) => {
    const documented: CodeFault = documentedFaults[name as keyof typeof documentedFaults];
    // The SDK's own pauses between its tries are none of this test's business.
    const soon = { headers: { 'retry-after-ms': '1' } };
    const fault = documented.kind === 'status' ? { ...documented, ...soon } : documented;
    service.play(fault, fault, fault);
    const result = await write({}, modelOf({ silenceMs: 300 }));
    expect(codeOf(result)).toBe(code);
    const message = result.kind === 'unavailable' ? result.message : '';
    expect(message).toMatch(/^[A-Z].{20,}\.$/i);
    expect(message + logged.join('')).not.toContain(service.key);
  });

  it('says how long to wait when the service does, and does not wait itself', async () => {
    service.play(documentedFaults.rateLimited);
    expect(await write()).toMatchObject({ message: expect.stringContaining('42 s') });
    expect(service.requests()).toBe(1);
  });

  it('tries what may pass by itself at most three times, and a wrong key once', async () => {
    const soon = { ...documentedFaults.overloaded, headers: { 'retry-after-ms': '1' } };
    service.play(soon, soon, soon, soon);
    await write();
    expect(service.requests()).toBe(3);
    await write({}, modelOf({ apiKey: 'sk-ant-wrong' }));
    expect(service.requests()).toBe(4);
  });

  it('writes after an overload that passed', async () => {
    const soon = { ...documentedFaults.overloaded, headers: { 'retry-after-ms': '1' } };
    service.play(soon);
    expect(codeOf(await write())).toBe('code');
  });

  it('counts what a cut answer had used by then', async () => {
    service.play(documentedFaults.ended);
    await write();
    expect(usages).toEqual([expect.objectContaining({ responseId: service.log[0]?.id })]);
  });

  it('asks nobody without a key, and names the setting', async () => {
    const result = await write({}, modelOf({ apiKey: undefined }));
    expect(result).toMatchObject({ code: 'no_key', message: expect.stringContaining('ANTHROPIC_API_KEY') });
    expect(service.requests()).toBe(0);
  });

  it('asks nobody for a file that is too long to be written again', async () => {
    expect(codeOf(await write({ current: 'x'.repeat(200_000) }))).toBe('too_large');
    expect(service.requests()).toBe(0);
  });

  it('says where it looked when nothing answers there', async () => {
    const { url, key } = service;
    await service.close();
    const result = await write({}, modelOf({ baseUrl: url, apiKey: key }));
    expect(result).toMatchObject({ code: 'network', message: expect.stringContaining(new URL(url).host) });
    expect(result).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  });

  it('stops at once when it is cancelled, with the reason, and closes the connection', async () => {
    service.play(documentedFaults.stall);
    const controller = new AbortController();
    const reason = new Error('stopped by the developer');
    const work = modelOf().writeCode(request, controller.signal, { onProgress: () => controller.abort(reason) });
    await expect(work).rejects.toBe(reason);
  });
});
