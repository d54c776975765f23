import type { Sounds } from '../sound/sounds.ts';
import type { SessionState } from './state.ts';

export interface TranscribeOptions {
  readonly itemId: string;
  readonly sounds: Sounds;
  readonly transcription: NonNullable<NonNullable<SessionState['audio']['input']>['transcription']>;
  readonly fails: boolean;
  readonly send: (type: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly pace: () => Promise<void>;
  /** The item's transcript is known. */
  readonly onTranscript: (transcript: string) => void;
}

const event = 'conversation.item.input_audio_transcription';

/** Tells what was said, word by word. Sound that is not the stand-in's test voice gives an empty transcript. */
export async function transcribe(options: TranscribeOptions): Promise<void> {
  const { itemId, sounds, send } = options;
  const where = { item_id: itemId, content_index: 0 };
  await options.pace();
  if (options.fails) {
    const error = {
      type: 'server_error',
      code: 'transcription_failed',
      message: 'The audio could not be transcribed.',
    };
    send(`${event}.failed`, { ...where, error });
    return;
  }
  const transcript = sounds.heard(itemId) ?? '';
  for (const delta of transcript.match(/\s*\S+/g) ?? []) {
    await options.pace();
    send(`${event}.delta`, { ...where, delta });
  }
  options.onTranscript(transcript);
  send(`${event}.completed`, { ...where, transcript, usage: usageOf(options, transcript) });
}

/** The older model is billed by time, the others by tokens. */
function usageOf({ itemId, sounds, transcription }: TranscribeOptions, transcript: string): object {
  const seconds = sounds.durationMs(itemId) / 1_000;
  if (transcription.model === 'whisper-1') return { type: 'duration', seconds: Math.ceil(seconds) };
  const audio = Math.ceil(seconds * 10);
  const output = Math.ceil(transcript.length / 4);
  const details = { audio_tokens: audio, text_tokens: 0 };
  return {
    type: 'tokens',
    input_tokens: audio,
    output_tokens: output,
    total_tokens: audio + output,
    input_token_details: details,
  };
}
