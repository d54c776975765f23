import { once } from 'node:events';
import { PNG } from 'pngjs';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { makeCleaner, type RecordedLine } from './recording.ts';

export interface RecordOptions {
  /** `wss://…/v1/realtime`, without `model`. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** Also asks for a spoken answer, which costs more. */
  readonly audio: boolean;
  readonly signal: AbortSignal;
  /** How long one answer may take. */
  readonly patienceMs?: number;
}

const weather = {
  type: 'function',
  name: 'weather',
  description: 'The weather of a place.',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};
const doneSchema = z.looseObject({
  response: z.looseObject({ output: z.array(z.looseObject({ type: z.string(), call_id: z.string().optional() })) }),
});

/**
 * Holds a short session: a sentence, a call of one function with its result, a picture, something that is refused, and a
 * spoken answer where that is wanted. Resolves with both directions, secrets and ids taken out. Rejects with an Error
 * that says what the service answered instead, or that it did not.
 */
export async function recordSession(options: RecordOptions): Promise<RecordedLine[]> {
  const { url, key, model, signal, patienceMs = 60_000 } = options;
  const socket = new WebSocket(`${url}?model=${encodeURIComponent(model)}`, {
    headers: { Authorization: `Bearer ${key}` },
    perMessageDeflate: false,
    signal,
  });
  const began = performance.now();
  const clean = makeCleaner([key]);
  const lines: RecordedLine[] = [];
  const arrived: Record<string, unknown>[] = [];
  let read = 0;
  let closed = false;
  let wake = Promise.withResolvers<void>();
  const add = (from: RecordedLine['from'], event: RecordedLine['event']): void =>
    void lines.push({ atMs: Math.round(performance.now() - began), from, event: clean(event) });
  socket.on('message', (data) => {
    const event = z.looseObject({ type: z.string() }).parse(JSON.parse((data as Buffer).toString('utf8')));
    arrived.push(event);
    add('server', event);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  socket.on('close', () => {
    closed = true;
    wake.resolve();
  });
  // Listened to before it is open: the first event may come with the answer to the upgrade.
  await once(socket, 'open', { signal });
  const send = (event: RecordedLine['event']): void => {
    add('client', event);
    socket.send(JSON.stringify(event));
  };
  async function next(type: string): Promise<Record<string, unknown>> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    for (;;) {
      const event = arrived[read];
      if (event === undefined) {
        if (closed) throw new Error('The service closed the connection in the middle of the session.');
        await Promise.race([wake.promise, aborted(deadline, type)]);
      } else {
        read += 1;
        if (event['type'] === type) return event;
        if (event['type'] === 'error') throw new Error(`The service refused: ${JSON.stringify(event['error'])}`);
      }
    }
  }
  const item = (content: unknown): void => send({ type: 'conversation.item.create', item: content });
  const user = (...content: readonly object[]): void => item({ type: 'message', role: 'user', content });
  const text = (words: string) => ({ type: 'input_text', text: words });
  async function answer(response: object = {}): Promise<z.infer<typeof doneSchema>['response']> {
    send({ type: 'response.create', response });
    return doneSchema.parse(await next('response.done')).response;
  }

  try {
    await next('session.created');
    send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [weather] } });
    await next('session.updated');
    user(text('Say in one short sentence what Unity is.'));
    await answer({ tool_choice: 'none' });
    user(text('How is the weather in Oslo? Use the function.'));
    const { output } = await answer({ tool_choice: 'required' });
    const calls = output.filter((made) => made.type === 'function_call');
    for (const { call_id } of calls) item({ type: 'function_call_output', call_id, output: '{"degrees":7}' });
    await answer({ tool_choice: 'none' });
    user(text('Which colour has this picture?'), { type: 'input_image', image_url: redPicture() });
    await answer({ tool_choice: 'none' });
    if (options.audio) {
      user(text('Say hello.'));
      await answer({ tool_choice: 'none', output_modalities: ['audio'] });
    }
    send({ type: 'conversation.item.delete', item_id: 'item_that_never_was' });
    await next('error').catch(() => undefined);
    return lines;
  } finally {
    socket.close();
  }
}

const aborted = (signal: AbortSignal, type: string): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(new Error(`The service did not send ${type} in time.`));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });

function redPicture(): string {
  const image = new PNG({ width: 32, height: 32 });
  for (let at = 0; at < image.data.length; at += 4) image.data.set([220, 20, 20, 255], at);
  return `data:image/png;base64,${PNG.sync.write(image).toString('base64')}`;
}
