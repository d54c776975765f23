import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpeech, toWav } from '../services/sandbox/realtime/speech/index.ts';

/** Read by the browser whenever a page opens the microphone, and played from its beginning, again and again. */
const file = join(import.meta.dirname, '..', '.spark', 'e2e', 'microphone.wav');

/** What a browser is started with, so that it has a microphone which plays the file, and asks nobody for leave. */
export const microphoneArgs = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  `--use-file-for-fake-audio-capture=${file}`,
];

/** The microphone that is opened next says this after `leadMs`, is silent for `restMs`, and says it again. */
export function speak(text: string, { leadMs, restMs }: { readonly leadMs: number; readonly restMs: number }): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const speech = encodeSpeech(text);
  const pcm = new Int16Array(leadMs * 24 + speech.length + restMs * 24);
  pcm.set(speech, leadMs * 24);
  writeFileSync(file, toWav(pcm));
}
