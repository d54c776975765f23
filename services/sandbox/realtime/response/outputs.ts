import { encodePieces } from '../speech/index.ts';
import { msOf, samplesIn, toBase64 } from '../sound/pcm.ts';
import type { PlannedOutput } from '../turns.ts';
import type { ResponseOptions } from './object.ts';
import { spoken } from './spoken.ts';

/** Where the deltas of an item belong. */
export type Where = Readonly<{ response_id: string; item_id: string; output_index: number }>;
type Planned<K extends PlannedOutput['kind']> = Extract<PlannedOutput, { kind: K }>;

/** Audio leaves in pieces of 200 ms. */
const chunkSamples = samplesIn(200);

/** Streams a text; returns as much of it as was sent. */
export async function streamText(options: ResponseOptions, planned: Planned<'text'>, where: Where): Promise<string> {
  const part = { ...where, content_index: 0 };
  options.send('response.content_part.added', { ...part, part: { type: 'text', text: '' } });
  let text = '';
  for (const delta of planned.deltas ?? words(planned.text)) {
    if (planned.burst !== true) await options.pace();
    if (options.signal.aborted || !options.budget.text(delta)) break;
    options.send('response.output_text.delta', { ...part, delta });
    text += delta;
  }
  options.send('response.output_text.done', { ...part, text });
  options.send('response.content_part.done', { ...part, part: { type: 'text', text } });
  return text;
}

/** Says a text: its transcript and its sound, a few words at a time; returns the transcript of what was said. */
export async function streamSpeech(options: ResponseOptions, planned: Planned<'text'>, where: Where): Promise<string> {
  const part = { ...where, content_index: 0 };
  options.send('response.content_part.added', { ...part, part: { type: 'audio', transcript: '' } });
  let transcript = '';
  for (const { text, pcm } of encodePieces(spoken(planned.text))) {
    await options.pace();
    if (options.signal.aborted || !options.budget.text(text)) break;
    options.send('response.output_audio_transcript.delta', { ...part, delta: text });
    transcript += text;
    for (let at = 0; at < pcm.length && !stopped(options); at += chunkSamples) {
      const chunk = pcm.subarray(at, at + chunkSamples);
      await options.pace();
      if (options.signal.aborted || !options.budget.audio(msOf(chunk.length))) break;
      options.sounds.append(where.item_id, chunk);
      options.send('response.output_audio.delta', { ...part, delta: toBase64(chunk) });
    }
  }
  options.send('response.output_audio.done', part);
  options.send('response.output_audio_transcript.done', { ...part, transcript });
  options.send('response.content_part.done', { ...part, part: { type: 'audio', transcript } });
  return transcript;
}

/** Streams a function call; returns as much of its arguments as was sent. */
export async function streamCall(
  options: ResponseOptions,
  planned: Planned<'call'>,
  where: Where,
  callId: string,
): Promise<string> {
  const json = typeof planned.arguments === 'string' ? planned.arguments : JSON.stringify(planned.arguments);
  let sent = '';
  if (options.budget.text(planned.name)) {
    for (let at = 0; at < json.length; at += 96) {
      const delta = json.slice(at, at + 96);
      await options.pace();
      if (options.signal.aborted || !options.budget.text(delta)) break;
      options.send('response.function_call_arguments.delta', { ...where, call_id: callId, delta });
      sent += delta;
    }
  }
  const done = { ...where, call_id: callId, name: planned.name, arguments: sent };
  options.send('response.function_call_arguments.done', done);
  return sent;
}

const stopped = (options: ResponseOptions): boolean => options.signal.aborted || options.budget.exhausted();
const words = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? [];
