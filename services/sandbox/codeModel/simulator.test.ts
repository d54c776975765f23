import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCodeModelSimulator, type CodeModelSimulator } from './index.ts';

let service: CodeModelSimulator;
beforeEach(async () => {
  service = await startCodeModelSimulator({ deltaMs: 0 });
});
afterEach(async () => {
  await service.close();
});

const body = {
  model: 'claude-sonnet-5-5',
  max_tokens: 1_000,
  messages: [{ role: 'user', content: 'Write a health script.' }],
};
const post = async (over: { body?: unknown; headers?: Record<string, string>; path?: string } = {}) => {
  const response = await fetch(`${service.url}${over.path ?? '/v1/messages'}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': service.key,
      ...over.headers,
    },
    body: typeof over.body === 'string' ? over.body : JSON.stringify(over.body ?? body),
  });
  const json: unknown = await response.json();
  return { status: response.status, json, requestId: response.headers.get('request-id') };
};
const clientOf = (apiKey = service.key) =>
  new Anthropic({ apiKey, baseURL: service.url, maxRetries: 0, logLevel: 'off' });

describe('the stand-in of the Messages API', () => {
  it('holds with the official SDK, streamed and whole, by the key as a bearer token', async () => {
    const params = { ...body, messages: [{ role: 'user' as const, content: 'a health script' }] };
    const streamed = await clientOf().messages.stream(params).finalMessage();
    expect(streamed).toMatchObject({ role: 'assistant', stop_reason: 'end_turn', model: 'claude-sonnet-5-5' });
    const text = streamed.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    expect(text).toContain('public class Health');
    const whole = await clientOf().messages.create(params);
    expect(whole.content).toEqual([{ type: 'text', text }]);
    expect(whole.usage).toMatchObject(service.log[1]?.usage ?? { missing: true });
    await expect(clientOf('sk-ant-wrong').messages.create(params)).rejects.toMatchObject({ status: 401 });
  });

  it('takes the key by its own header, too', async () => {
    expect(await post()).toMatchObject({ status: 200 });
  });

  it.each([
    ['no version', { headers: { 'anthropic-version': '' } }, 400, 'invalid_request_error'],
    ['a version that does not exist', { headers: { 'anthropic-version': '2020-01-01' } }, 400, 'invalid_request_error'],
    ['a wrong key', { headers: { 'x-api-key': 'sk-ant-wrong' } }, 401, 'authentication_error'],
    ['another type of content', { headers: { 'content-type': 'text/plain' } }, 400, 'invalid_request_error'],
    ['another path', { path: '/v1/complete' }, 404, 'not_found_error'],
    ['a body that is no JSON', { body: '{' }, 400, 'invalid_request_error'],
    ['a model of another vendor', { body: { ...body, model: 'gpt-5' } }, 404, 'not_found_error'],
    ['no limit of tokens', { body: { ...body, max_tokens: undefined } }, 400, 'invalid_request_error'],
    ['an unknown field', { body: { ...body, prompt: 'hi' } }, 400, 'invalid_request_error'],
    ['a field that was removed', { body: { ...body, temperature: 0 } }, 400, 'invalid_request_error'],
    ['no messages', { body: { ...body, messages: [] } }, 400, 'invalid_request_error'],
    [
      'an empty message',
      { body: { ...body, messages: [{ role: 'user', content: '' }] } },
      400,
      'invalid_request_error',
    ],
    [
      'a conversation that ends with the model',
      { body: { ...body, messages: [...body.messages, { role: 'assistant', content: 'x' }] } },
      400,
      'invalid_request_error',
    ],
    [
      'more marks than the cache takes',
      {
        body: {
          ...body,
          system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })),
        },
      },
      400,
      'invalid_request_error',
    ],
  ])('refuses %s', async (_what, over, status, type) => {
    const answer = await post(over);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ type: 'error', error: { type }, request_id: answer.requestId });
    expect(service.log).toHaveLength(0);
  });
});
