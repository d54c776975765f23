import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpeech, toWav } from '../services/sandbox/realtime/speech/index.ts';
import { findBrowser } from './browser.ts';

/** A microphone that says this after `leadMs`, then is silent; Chromium's fake device plays the file. */
export function microphone(name: string, text: string, leadMs: number, restMs: number): string {
  const folder = join(import.meta.dirname, '..', '.spark', 'e2e');
  mkdirSync(folder, { recursive: true });
  const speech = encodeSpeech(text);
  const pcm = new Int16Array(leadMs * 24 + speech.length + restMs * 24);
  pcm.set(speech, leadMs * 24);
  const file = join(folder, `${name}.wav`);
  writeFileSync(file, toWav(pcm));
  return file;
}
const browser = await findBrowser();
/** What a browser is started with to hear this file. */
export const withMicrophone = (file: string) => ({
  executablePath: browser.executablePath,
  args: [
    ...browser.args,
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    `--use-file-for-fake-audio-capture=${file}`,
  ],
});
