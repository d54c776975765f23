import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** The folder that outlives the processes: checkpoints, and what the job that wrote them began with. */
export interface JobState {
  readonly checkpointsUri: string;
  /** Newest whole checkpoint as a URI, and the hour that the job began with; undefined without one. */
  newest(): StoredState | undefined;
  /** Forgets every checkpoint; the next job begins with this hour and is of this layout (`jobLayout`). */
  reset(since: Date, layout: string): void;
}

export interface StoredState {
  readonly checkpoint: string;
  readonly since: Date;
  /** Of the job that made it: a checkpoint fits to no other one. Empty for one of before layouts were noted. */
  readonly layout: string;
}

const facts = z.object({ since: z.iso.datetime(), layout: z.string().default('') });

export function openState(dir: string): JobState {
  const checkpointsDir = join(dir, 'checkpoints');
  const factsFile = join(dir, 'job.json');
  mkdirSync(checkpointsDir, { recursive: true, mode: 0o700 });
  return {
    checkpointsUri: pathToFileURL(checkpointsDir).href,
    newest() {
      const checkpoint = newestOf(checkpointsDir);
      const text = readText(factsFile);
      if (checkpoint === undefined || text === undefined) return undefined;
      const { since, layout } = facts.parse(JSON.parse(text));
      return { checkpoint: pathToFileURL(checkpoint).href, since: new Date(since), layout };
    },
    reset(since, layout) {
      // In this order: checkpoints of one hour never stand beside the note of another.
      rmSync(checkpointsDir, { recursive: true, force: true });
      mkdirSync(checkpointsDir, { recursive: true, mode: 0o700 });
      writeFileSync(`${factsFile}.tmp`, JSON.stringify({ since: since.toISOString(), layout }));
      renameSync(`${factsFile}.tmp`, factsFile);
    },
  };
}

/** `<job id>/chk-<n>`; `_metadata` is written last, so a folder without it is no checkpoint. */
function newestOf(checkpointsDir: string): string | undefined {
  const whole = readdirSync(checkpointsDir)
    .flatMap((job) => list(join(checkpointsDir, job)))
    .filter((path) => /[/\\]chk-\d+$/.test(path))
    .flatMap((path) => {
      const made = statSync(join(path, '_metadata'), { throwIfNoEntry: false });
      return made === undefined ? [] : [{ path, madeMs: made.mtimeMs }];
    });
  return whole.toSorted((a, b) => b.madeMs - a.madeMs)[0]?.path;
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir).map((name) => join(dir, name));
  } catch {
    return [];
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
