import type { Page } from '@playwright/test';
import { appOf } from './hosts/desktop.ts';

/** A piece of what SPARK says, as the window gets it: 24 kHz PCM in base64. */
interface Sound {
  readonly messageId: string;
  readonly base64: string;
}

interface Listening {
  readonly spark?: { on(listener: (name: string, payload: unknown) => void): () => void };
  sounds?: Sound[];
}

/** All that arrives at the window from now on. The page is loaded again for it. */
export async function collectSounds(page: Page): Promise<() => Promise<readonly Sound[]>> {
  if (appOf(page) === undefined) {
    const sounds: Sound[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload !== 'string' || !payload.includes('"voice.audio"')) return;
        sounds.push((JSON.parse(payload) as { payload: Sound }).payload);
      }),
    );
    await page.reload();
    return async () => sounds;
  }
  await page.reload();
  await page.evaluate(() => {
    const sounds: Sound[] = [];
    const here = globalThis as Listening;
    here.sounds = sounds;
    here.spark?.on((name, payload) => {
      if (name === 'voice.audio') sounds.push(payload as Sound);
    });
  });
  return () => page.evaluate(() => (globalThis as Listening).sounds ?? []);
}
