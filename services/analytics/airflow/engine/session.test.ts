import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, test } from 'vitest';
import { endSession, pidsOfSession } from './session.ts';

test.runIf(process.platform === 'linux')('what left the group of its starter is ended with the session', async () => {
  // A shell with job control gives each job a process group of its own, as Airflow does with its tasks.
  const child = spawn('sh', ['-c', 'set -m; sleep 600 & echo started; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const leader = child.pid ?? 0;
  try {
    await once(child.stdout, 'data');
    expect(pidsOfSession(leader)).toHaveLength(2);
    process.kill(-leader, 'SIGKILL');
    await once(child, 'exit');
    expect(pidsOfSession(leader)).toHaveLength(1);
  } finally {
    endSession(leader);
  }
  await expect.poll(() => pidsOfSession(leader), { timeout: 10_000 }).toEqual([]);
});
