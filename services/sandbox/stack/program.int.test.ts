import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchChildren, type Children } from './children.ts';
import { spawnProgram, type RunningProgram } from './program.ts';
import { isRunning } from './testing/stackProgram.ts';

let folder: string;
let children: Children;
const running: RunningProgram[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-program-'));
  children = watchChildren(join(folder, 'processes'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.kill()));
  children.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(script: string, readyTimeoutMs = 20_000): Promise<RunningProgram> {
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, script);
  const program = await spawnProgram(
    {
      name: 'tried',
      args: [entry],
      restartArgs: (ready) => ['--port', String(ready.port)],
      env: { PATH: process.env.PATH ?? '' },
      children,
      logDir: folder,
      readyTimeoutMs,
    },
    new AbortController().signal,
  );
  running.push(program);
  return program;
}

const listening = `
console.log('warming up');
console.log(JSON.stringify({ ready: true, port: 4711, args: process.argv.slice(2) }));
setInterval(() => {}, 1000);`;

describe('a program as a process', () => {
  test('its ready line is read and its other lines go to the log', async () => {
    const program = await run(listening);
    expect(program.ready).toMatchObject({ ready: true, port: 4711, args: [] });
    await vi.waitFor(() => {
      expect(readFileSync(program.logFile, 'utf8')).toBe('warming up\n');
    });
  });

  test('it is killed and started again on the address that it had', async () => {
    const program = await run(`${listening}\nconsole.error(process.argv.slice(2).join(' '));`);
    const first = program.pid() ?? 0;
    await program.kill();
    expect(isRunning(first)).toBe(false);
    expect(program.pid()).toBeUndefined();
    await program.restart();
    expect(program.pid()).not.toBe(first);
    await vi.waitFor(() => {
      expect(readFileSync(program.logFile, 'utf8')).toContain('--port 4711');
    });
  });

  test('one that ends or stays silent is an error with the end of its log', async () => {
    await expect(run("console.error('no such server'); process.exit(3);")).rejects.toMatchObject({
      code: 'stack_failed',
      message: expect.stringMatching(/tried did not start: exit code 3.*no such server/s),
    });
    await expect(run("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);", 1_000)).rejects.toThrow(
      /not ready within 1 s/,
    );
  });

  test('what a person reads of its log is words, not JSON, and nothing that went well', async () => {
    const lines = [
      { level: 30, msg: 'NATS closed' },
      { level: 60, msg: 'failed', err: { message: 'the door is locked', stack: 'Error: at line 1' } },
    ];
    const script = `${lines.map((line) => `console.error('${JSON.stringify(line)}');`).join('\n')}\nprocess.exit(1);`;
    await expect(run(script)).rejects.toThrow(/ends with:\nfailed: the door is locked$/);
  });

  test('one that does not listen to SIGTERM is forced', async () => {
    const program = await run(`process.on('SIGTERM', () => {});${listening}`);
    const pid = program.pid() ?? 0;
    await program.stop(200);
    expect(isRunning(pid)).toBe(false);
    expect(await program.exited()).toBe('ended by SIGKILL');
  });

  test('it never runs when its record cannot be written', async () => {
    const trace = join(folder, 'ran');
    rmSync(join(folder, 'processes'), { recursive: true });
    await expect(
      run(`import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, '');`),
    ).rejects.toMatchObject({ code: 'ENOENT' });
    expect(existsSync(trace)).toBe(false);
  });

  test('it never runs when its starter is killed before the record is written', async () => {
    const trace = join(folder, 'ran');
    const starter = join(folder, 'starter.mjs');
    writeFileSync(
      starter,
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { writeFileSync } = fs;
      fs.writeFileSync = (file, ...rest) => {
        if (String(file).endsWith('.part')) process.kill(process.pid, 'SIGKILL');
        writeFileSync(file, ...rest);
      };
      syncBuiltinESMExports();
      const { watchChildren } = await import(${JSON.stringify(join(import.meta.dirname, 'children.ts'))});
      watchChildren(${JSON.stringify(join(folder, 'others'))})
        .spawn('tried', '/bin/sh', ['-c', 'echo > "$1"', 'sh', ${JSON.stringify(trace)}], { stdio: ['ignore', 1, 2] });`,
    );
    expect(spawnSync(process.execPath, [starter]).signal).toBe('SIGKILL');
    await vi.waitFor(() => {
      expect(spawnSync('pgrep', ['-f', trace]).status).toBe(1);
    });
    expect(existsSync(trace)).toBe(false);
  });
});
