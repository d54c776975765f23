import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from './index.ts';
import { joinPcm, toBase64 } from './sound/pcm.ts';
import { encodeSpeech } from './speech/index.ts';
import { connect, connectWith, inputText, userItem, type ServerEvent } from './testing/client.ts';

/** One session that makes the stand-in send every kind of event it has. */
async function everything(simulator: RealtimeSimulator): Promise<readonly ServerEvent[]> {
  const client = await connect(simulator);
  const transcription = { model: 'gpt-4o-mini-transcribe' };
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } });
  await client.next('session.updated');
  simulator.play([say('Hello.'), call('look', { at: 'it' })]);
  const audio = toBase64(joinPcm([encodeSpeech('Hi there.'), new Int16Array(24_000)]));
  client.send({ type: 'input_audio_buffer.append', audio });
  const { item } = await client.next('response.output_item.done');
  await client.next('response.done');
  const itemId = (item as { id: string }).id;
  client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 100 });
  client.send({ type: 'conversation.item.retrieve', item_id: itemId });
  client.send({ type: 'conversation.item.delete', item_id: itemId });
  client.send({ type: 'input_audio_buffer.clear' });
  await client.next('input_audio_buffer.cleared');
  simulator.inject({ kind: 'transcription_failed' });
  client.send({ type: 'input_audio_buffer.append', audio });
  await client.next('conversation.item.input_audio_transcription.failed');
  const typed = await connectWith(simulator);
  typed.send(userItem(inputText('hi')));
  simulator.play([say('Hello.'), call('f', {})], [say('x')], [fault({ kind: 'rate_limited', retryAfterMs: 5 })]);
  for (const response of [{}, { conversation: 'none', metadata: { a: 'b' } }, { max_output_tokens: 1 }]) {
    typed.send({ type: 'response.create', response });
    await typed.next('response.done');
  }
  typed.send({ type: 'nonsense' });
  await typed.next('error');
  return [...client.events, ...typed.events];
}

/**
 * Where the types are narrower than the service: they never name null, which counts as absent here, and they give the
 * session of an event the type of the request, which lacks what only the service knows of it.
 */
function narrowed(key: string, value: unknown): unknown {
  if (value === null) return undefined;
  if (key !== 'session') return value;
  const { object: _object, id: _id, expires_at: _expiresAt, ...session } = value as Record<string, unknown>;
  return session;
}

/** What the compiler says when each event is a literal of the official type. */
function complaintsAbout(events: readonly ServerEvent[]): string[] {
  const file = join(import.meta.dirname, 'wire.generated.ts');
  const lines = events.map(
    (event, at) => `export const e${at}: RealtimeServerEvent = ${JSON.stringify(event, narrowed)};`,
  );
  const source = `import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';\n${lines.join('\n')}\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: ['node'],
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => path === file || disk.fileExists(path),
    readFile: (path) => (path === file ? source : disk.readFile(path)),
    getSourceFile: (path, target) =>
      path === file ? ts.createSourceFile(path, source, target) : disk.getSourceFile(path, target),
  };
  const program = ts.createProgram([file], options, host);
  const checked = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(checked), ...program.getSemanticDiagnostics(checked)].map((found) => {
    const line = checked?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0;
    return `${events[line - 1]?.type ?? 'import'}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
  });
}

test('every event that it sends is one of the official types, with no field too few or too many', async () => {
  const simulator = await startRealtimeSimulator({ deltaMs: 0 });
  const events = await everything(simulator);
  await simulator.close();
  // One of each shape is enough for the compiler.
  const shapes = [...new Map(events.map((event) => [shapeOf(event), event])).values()];
  expect(new Set(shapes.map((event) => event.type)).size).toBe(30);
  const broken = { type: 'response.output_text.delta', event_id: 'e', delta: 'x' };
  // The broken one shows that the compiler looks.
  expect(complaintsAbout([...shapes, broken])).toEqual([
    expect.stringMatching(/^response\.output_text\.delta: .*missing/),
  ]);
});

const shapeOf = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) =>
    typeof part === 'string' && key !== 'type' ? '' : typeof part === 'number' ? 0 : part,
  );
