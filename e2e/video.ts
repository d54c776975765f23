import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where `npx playwright install ffmpeg` puts it, by system; see playwright.dev/docs/browsers. */
function browserFolder(): string {
  const { PLAYWRIGHT_BROWSERS_PATH: chosen, LOCALAPPDATA: local } = process.env;
  if (chosen !== undefined && chosen !== '' && chosen !== '0') return chosen;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright');
  if (process.platform === 'win32') return join(local ?? join(homedir(), 'AppData', 'Local'), 'ms-playwright');
  return join(homedir(), '.cache', 'ms-playwright');
}

/** Playwright writes videos with an ffmpeg of its own, and fails every test that is to be recorded without it. */
export function canRecordVideo(): boolean {
  try {
    return readdirSync(browserFolder()).some((name) => name.startsWith('ffmpeg'));
  } catch {
    return false;
  }
}
