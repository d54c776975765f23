import { expect, test } from 'vitest';
import { call, say, startRealtimeSimulator } from '../index.ts';
import { compareRecording } from './compare.ts';
import { recordSession } from './record.ts';
import { formatRecording, parseRecording, type RecordedLine } from './recording.ts';

/** The stand-in in the place of the service: what is recorded from it must compare equal with it. */
async function record(audio = false): Promise<{ lines: RecordedLine[]; key: string }> {
  const service = await startRealtimeSimulator({ deltaMs: 0 });
  service.play(
    [say('An engine for games.')],
    [call('weather', { place: 'Oslo' })],
    [say('It is 7 degrees.')],
    [say('It is red.')],
    [say('Hello.')],
  );
  try {
    const { url, key } = service;
    const signal = AbortSignal.timeout(20_000);
    const lines = await recordSession({ url, key, model: 'gpt-realtime-2.1-mini', audio, signal });
    return { lines: parseRecording(formatRecording(lines)), key };
  } finally {
    await service.close();
  }
}

const changed = (lines: readonly RecordedLine[], type: string, change: (event: RecordedLine['event']) => object) =>
  lines.map((line) => (line.event.type === type ? { ...line, event: { ...line.event, ...change(line.event) } } : line));

test.each([false, true])('a session recorded from the stand-in compares equal with it (spoken: %s)', async (audio) => {
  const { lines, key } = await record(audio);
  expect(lines.filter(({ event }) => event.type === 'response.done')).toHaveLength(audio ? 5 : 4);
  expect(lines.some(({ event }) => event.type === 'error')).toBe(true);
  expect(formatRecording(lines)).not.toContain(key);
  expect(await compareRecording(lines)).toEqual([]);
});

test('what the service does otherwise is told: unknown types, other types, missing and extra fields and events', async () => {
  const { lines } = await record();
  const unknown: RecordedLine = { atMs: 1, from: 'server', event: { type: 'response.dreamt', event_id: 'event_x1' } };
  const without = lines.filter(({ event }) => event.type !== 'response.content_part.done');
  const mutated = changed([...without, unknown], 'response.output_text.delta', () => ({
    output_index: '0',
    mood: 'good',
  }));
  const differences = await compareRecording(mutated);
  expect(differences).toEqual(
    expect.arrayContaining([
      'response.dreamt: the stand-in does not send it',
      'the engine does not know the type response.dreamt',
      'response.content_part.done: only the stand-in sends it',
      'response.output_text.delta: output_index is string from the service and number from the stand-in',
      'response.output_text.delta: the stand-in lacks the field mood (string)',
    ]),
  );
});

test('an event that the engine cannot read, and words that it misses, are told', async () => {
  const { lines } = await record();
  const broken = changed(lines, 'response.output_text.delta', () => ({ delta: 7 }));
  expect(await compareRecording(broken)).toContain(
    'the engine takes an event for malformed: response.output_text.delta: delta',
  );
});

test('a wrong key ends the recording with what the service said, and leaves no file to compare', async () => {
  const service = await startRealtimeSimulator();
  const signal = AbortSignal.timeout(10_000);
  const options = { url: service.url, key: 'sk-wrong', model: 'gpt-realtime-2.1-mini', audio: false, signal };
  await expect(recordSession(options)).rejects.toThrow('401');
  await service.close();
  expect(() => parseRecording('')).toThrow('nothing was recorded');
  expect(() => parseRecording('{"atMs":1}')).toThrow('Line 1');
});
