import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fetchFfmpeg } from './ffmpeg.ts';
import { canRecordVideo } from './video.ts';

/** `npm run qa`: builds the app and runs every end-to-end test, with videos of what fails. Arguments are Playwright's. */
const env = { ...process.env };
if (!canRecordVideo()) {
  const folder = await fetchFfmpeg().catch((error: unknown) => {
    console.error('No ffmpeg could be had from npm:', error instanceof Error ? error.message : error);
    return undefined;
  });
  if (folder !== undefined) env['PLAYWRIGHT_BROWSERS_PATH'] = folder;
}
const run = (command: string, args: readonly string[]): number =>
  spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status ?? 1;

process.exitCode = run('npm', ['run', '--silent', 'build']);
if (process.exitCode === 0) process.exitCode = run('npx', ['--no', 'playwright', 'test', ...process.argv.slice(2)]);
else process.stdout.write('\nThe app could not be built, so no test ran.\n\n0 passed, 1 failed, 0 skipped\n');
