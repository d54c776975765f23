import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { makeBlobStore } from './blobs.ts';
import { makeBudgetExtensionTable } from './budgetExtensions.ts';
import { makeBuildTable } from './builds.ts';
import { makeCallTable } from './calls.ts';
import { makeChangeTable } from './changes.ts';
import { makeConsoleMarkTable } from './consoleMarks.ts';
import { openDatabase } from './database.ts';
import { makeEditorStateTable } from './editorStates.ts';
import { makeFactTable } from './facts.ts';
import { makeFrameTable, type FrameLimits } from './frames.ts';
import { makeLedger } from './ledger.ts';
import { makeInsightReader } from './insights.ts';
import { lockFolder } from './lock.ts';
import { makeMessageImageTable } from './messageImages.ts';
import { makeMessageTable } from './messages.ts';
import { makeOutbox, type EventSource } from './outbox.ts';
import { makePolicyRuleTable } from './policyRules.ts';
import { makeProjectRulesTable } from './projectRules.ts';
import { makePromptTable } from './prompts.ts';
import { makeRemoval } from './removal.ts';
import { readStats } from './stats.ts';
import { recover, type Recovered } from './recover.ts';
import type { JournalTables } from './tables.ts';
import { makeSearchBuild, type SearchBuild } from './search/searchBuild.ts';
import { makeSearchIndex } from './search/searchIndex.ts';
import { makeSearchTable } from './search/searchTable.ts';
import { makeSessionTable } from './sessions.ts';
import { makeSettingsTable } from './settings.ts';
import { makeSummaryTable } from './summaries.ts';
import { makeUsageTable } from './usage.ts';

/** Everything SPARK knows, on this machine, first. Useful with no server at all. */
export interface Journal extends JournalTables {
  readonly dataDir: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** What a journal of an earlier version has and the search does not know yet; somebody must call `step`. */
  readonly searchBuild: SearchBuild;
  /** What the last run had left open and this opening put in order. */
  readonly recovered: Recovered;
  /**
   * Drops what is past its time: acknowledged outbox rows, bytes of old frames, and sessions last used before
   * `sessionsBefore` (ISO 8601; null keeps all).
   */
  readonly expire: (limits: { readonly frames: FrameLimits; readonly sessionsBefore: string | null }) => void;
  readonly close: () => void;
}

export interface JournalOptions {
  readonly dataDir: string;
  readonly source: EventSource;
  readonly userId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly logger: Logger;
}

/** The file of a data folder's journal. */
export const journalFileOf = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** Opens the journal of a data folder. Throws AppError `data_folder_locked` or `journal_unreadable`. */
export function openJournal(options: JournalOptions): Journal {
  const { dataDir, clock, logger } = options;
  const now = (): string => new Date(clock()).toISOString();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataDir);
  try {
    const db = openDatabase(journalFileOf(dataDir));
    const blobs = makeBlobStore(db);
    const search = makeSearchIndex(db);
    const searchBuild = makeSearchBuild({ db, index: search, logger });
    const sessions = makeSessionTable({ db, search, now });
    const tables: JournalTables = {
      sessions,
      messages: makeMessageTable({ db, sessions, images: makeMessageImageTable(db, blobs), search, now }),
      calls: makeCallTable({ db, sessions, search, now }),
      changes: makeChangeTable({ db, blobs, search }),
      consoleMarks: makeConsoleMarkTable(db),
      editorStates: makeEditorStateTable(db, now),
      facts: makeFactTable({ db, sessions, now }),
      frames: makeFrameTable({ db, blobs, clock }),
      budgetExtensions: makeBudgetExtensionTable(db),
      builds: makeBuildTable(db),
      policyRules: makePolicyRuleTable(db, now),
      projectRules: makeProjectRulesTable(db, now),
      prompts: makePromptTable(db, now),
      settings: makeSettingsTable(db, now),
      ledger: makeLedger({ db, blobs, now }),
      summaries: makeSummaryTable(db, now),
      usage: makeUsageTable(db, now),
      search: makeSearchTable(db, searchBuild),
      insights: makeInsightReader(db),
      outbox: makeOutbox({ db, source: options.source, userId: options.userId, clock }),
      removal: makeRemoval(db),
      stats: () => readStats(db),
      transact: db.transact,
    };
    const recovered = recover(tables, now);
    if (recovered.messages + recovered.calls + recovered.builds > 0) {
      logger.warn(recovered, 'the last run ended without closing; what it left open was put in order');
    }
    return {
      ...tables,
      dataDir,
      openedAt: now(),
      searchBuild,
      recovered,
      expire(limits) {
        const { stored, unseen } = tables.outbox.expire();
        const frames = tables.frames.expire(limits.frames);
        const old = limits.sessionsBefore === null ? [] : tables.removal.oldSessions(limits.sessionsBefore).removable;
        tables.removal.removeSessions(old.map(({ sessionId }) => sessionId));
        tables.removal.dropUnusedBlobs();
        if (stored + frames + old.length > 0)
          logger.info({ outboxRows: stored, frames, sessions: old.length }, 'expired rows of the journal were dropped');
        if (unseen > 0) {
          logger.warn(
            { outboxRows: unseen },
            'events that JetStream acknowledged 60 days ago, and that were never seen in a database, cannot be sent again from here any more',
          );
        }
      },
      close() {
        tables.messages.flush();
        db.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
