import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** What was set in the window about the program itself; beside the journal, because the journal is opened with it. */
const contentsSchema = z.object({
  /** The guided setup was gone through or skipped. */
  setupDone: z.boolean().default(false),
  values: z.record(z.string(), z.string()).default({}),
});
export type SettingsContents = z.infer<typeof contentsSchema>;

export interface SettingsFile {
  readonly get: () => SettingsContents;
  /** Written whole and renamed into place: a power cut leaves the old one or the new one. */
  readonly set: (contents: SettingsContents) => void;
  readonly remove: () => void;
}

/** Reads the file; one that is missing counts as empty, one that is unreadable too, with a line in the log. */
export function openSettingsFile(path: string, logger: Logger): SettingsFile {
  let contents = contentsSchema.parse({});
  try {
    contents = contentsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      logger.warn({ err: error, path }, 'the settings of this folder are not readable; what is set elsewhere holds');
    }
  }
  return {
    get: () => contents,
    set(next) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.part`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${path}.part`, path);
      contents = next;
    },
    remove() {
      rmSync(path, { force: true });
      contents = contentsSchema.parse({});
    },
  };
}
