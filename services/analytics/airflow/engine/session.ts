import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Ends what is left of a session: Airflow gives each task a process group of its own, so that ending the scheduler's
 * group leaves a running task behind. On Linux; elsewhere the group alone is ended.
 */
export function endSession(leader: number): void {
  for (const pid of process.platform === 'linux' ? pidsOfSession(leader) : [-leader]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended between the look at it and the signal.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Processes of the session that this one leads or led (proc(5), `stat`, field 6). */
export function pidsOfSession(leader: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is the program's name, in brackets and with anything in it.
      const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
      return session === leader ? [Number(name)] : [];
    } catch {
      // It ended since the folder was read.
      return [];
    }
  });
}
