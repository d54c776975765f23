import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What the desktop app remembers of itself, beside the places of its windows. */
const contentsSchema = z.object({ alwaysOnTop: z.boolean().default(false) });
export type DesktopContents = z.infer<typeof contentsSchema>;

/** A file that is missing, damaged or of another form counts as never written. */
export function readDesktopFile(file: string): DesktopContents {
  try {
    return contentsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return contentsSchema.parse({});
  }
}

/** Written beside and renamed, so that a half-written file is never read. */
export function writeDesktopFile(file: string, contents: DesktopContents): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(contents));
  renameSync(`${file}.new`, file);
}
