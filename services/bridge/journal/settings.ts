import { z } from 'zod';
import type { JournalDatabase } from './database.ts';

/** Values by name, as JSON. What they mean is their reader's business. */
export interface SettingsTable {
  /** Undefined when it was never set. Throws SyntaxError when what is kept is no JSON. */
  readonly get: (name: string) => unknown;
  readonly set: (name: string, value: unknown) => void;
}

const settingRow = z.object({ value: z.string() });

export function makeSettingsTable(db: JournalDatabase, now: () => string): SettingsTable {
  return {
    get(name) {
      const row = db.get('SELECT value FROM settings WHERE name = :name', settingRow, { name });
      return row === undefined ? undefined : JSON.parse(row.value);
    },
    set(name, value) {
      db.run(
        `INSERT INTO settings (name, value, updated_at) VALUES (:name, :value, :at)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        { name, value: JSON.stringify(value), at: now() },
      );
    },
  };
}
