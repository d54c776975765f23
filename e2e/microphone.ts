import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpeech, toWav } from '../services/sandbox/realtime/speech/index.ts';
import type { HostKind } from './hosts/spark.ts';

/** Read whenever a page opens the microphone, and played from its beginning, again and again. Both hosts may run at once. */
const fileOf = (host: HostKind): string => join(import.meta.dirname, '..', '.spark', 'e2e', `microphone-${host}.wav`);

/** What Chromium is started with, so that it has a microphone which plays the file, and asks nobody for leave. */
export const microphoneArgs = (host: HostKind): string[] => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  `--use-file-for-fake-audio-capture=${fileOf(host)}`,
];

/** The microphone that is opened next says this after `leadMs`, is silent for `restMs`, and says it again. */
export function speak(
  host: HostKind,
  text: string,
  { leadMs, restMs }: { readonly leadMs: number; readonly restMs: number },
): void {
  const file = fileOf(host);
  mkdirSync(join(file, '..'), { recursive: true });
  const speech = encodeSpeech(text);
  const pcm = new Int16Array(leadMs * 24 + speech.length + restMs * 24);
  pcm.set(speech, leadMs * 24);
  writeFileSync(file, toWav(pcm));
}
