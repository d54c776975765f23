import type { Problem, TurnDetection } from '../protocol/index.ts';
import { decodeSpeech } from '../speech/index.ts';
import { makeInputBuffer } from './inputBuffer.ts';
import { fromBase64, msOf, samplesIn } from './pcm.ts';
import { isTurnOver } from './turnEnd.ts';
import { makeVoiceActivity, type VoiceActivity, type VoiceEvent } from './voiceActivity.ts';

/** The service's limits: audio bytes of one append, and the least audio of a commit. */
export const maxAppendBytes = 15 * 1024 * 1024;
const minCommitMs = 100;

/**
 * The input side of a session: the buffer, who speaks when, and what becomes an item. Time is counted in audio
 * received, not by a clock, as the service does it.
 */
export interface ListenerOptions {
  readonly detection: () => TurnDetection | null;
  readonly newItemId: () => string;
  readonly send: (type: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Makes the user's item and its transcription. */
  readonly commit: (itemId: string, pcm: Int16Array) => void;
  readonly onSpeechStarted: (detection: TurnDetection) => void;
  /** The turn was committed by the detection. */
  readonly onTurnEnded: (detection: TurnDetection) => void;
}

export interface Listener {
  readonly append: (base64: string) => Problem | null;
  readonly commit: () => Problem | null;
  readonly clear: () => void;
  /** The detection was set anew: what it had noticed is forgotten. */
  readonly reset: () => void;
}

export function makeListener(options: ListenerOptions): Listener {
  const { send } = options;
  const buffer = makeInputBuffer();
  let activity: VoiceActivity | null = null;
  let turn: { readonly itemId: string; readonly from: number } | null = null;

  function detect(detection: TurnDetection, pcm: Int16Array): void {
    const padding = samplesIn(detection.type === 'server_vad' ? (detection.prefix_padding_ms ?? 300) : 300);
    const threshold = detection.type === 'server_vad' ? (detection.threshold ?? 0.5) : 0.5;
    activity ??= makeVoiceActivity(threshold, buffer.end() - pcm.length);
    activity.hear(pcm, (event) => notice(detection, padding, event));
    // Before someone speaks only the padding is kept.
    if (turn === null) buffer.dropBefore(buffer.end() - padding - samplesIn(200));
  }

  function notice(detection: TurnDetection, padding: number, event: VoiceEvent): void {
    if (event.kind === 'started') {
      turn = { itemId: options.newItemId(), from: Math.max(0, event.at - padding) };
      send('input_audio_buffer.speech_started', { audio_start_ms: Math.round(msOf(turn.from)), item_id: turn.itemId });
      options.onSpeechStarted(detection);
      return;
    }
    if (turn === null) return;
    const { itemId, from } = turn;
    const silentMs = Math.round(msOf(event.at - event.since));
    if (!isTurnOver(detection, silentMs, () => decodeSpeech(buffer.slice(from, event.at)))) return;
    send('input_audio_buffer.speech_stopped', { audio_end_ms: Math.round(msOf(event.at)), item_id: itemId });
    activity?.stop();
    take(itemId, from, event.at);
    options.onTurnEnded(detection);
  }

  function take(itemId: string, from: number, to: number): void {
    const pcm = buffer.slice(from, to);
    buffer.dropBefore(to);
    turn = null;
    options.commit(itemId, pcm);
  }

  return {
    append(base64) {
      if (base64.length > Math.ceil(maxAppendBytes / 3) * 4) {
        return invalid('audio_too_large', `The audio of one event is limited to ${maxAppendBytes} bytes.`);
      }
      const pcm = fromBase64(base64);
      if (pcm === null) return invalid('invalid_value', "Invalid 'audio': expected base64 of 16-bit samples.");
      buffer.append(pcm);
      const detection = options.detection();
      if (detection !== null) detect(detection, pcm);
      return null;
    },
    commit() {
      const ms = msOf(buffer.length());
      if (ms < minCommitMs) {
        const message = `Error committing input audio buffer: buffer too small. Expected at least ${minCommitMs}ms of audio, but buffer only has ${ms.toFixed(2)}ms of audio.`;
        return { code: 'input_audio_buffer_commit_empty', message, param: null };
      }
      const itemId = turn?.itemId ?? options.newItemId();
      activity?.stop();
      take(itemId, 0, buffer.end());
      return null;
    },
    clear() {
      buffer.dropBefore(buffer.end());
      activity?.stop();
      turn = null;
    },
    reset() {
      activity = null;
      turn = null;
    },
  };
}

const invalid = (code: string, message: string): Problem => ({ code, message, param: 'audio' });
