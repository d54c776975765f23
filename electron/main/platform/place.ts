import { join } from 'node:path';
import { app } from 'electron';
import { defaultDataDir } from '../../../services/bridge/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { askMove, moveIfAsked, presentFolder, type Moved } from './dataFolder.ts';

/** Where this run keeps everything, held by this process alone. */
export interface Place {
  readonly folder: string;
  readonly logs: string;
  /** What became of a move that was asked for the last time. */
  readonly move: Moved | undefined;
  /** Notes a move for the next start; null where the folder is fixed by SPARK_DATA_DIR. */
  readonly askMove: ((chosen: string) => string) | null;
}

/**
 * Takes the data folder: `configured` (SPARK_DATA_DIR), else where the data were moved to, else the system's place, which
 * is the web host's too. One process per folder: undefined when another SPARK has it, which then comes to the front.
 */
export function takePlace(configured: string | undefined, logger: Logger): Place | undefined {
  const usual = defaultDataDir();
  if (!hold(configured ?? presentFolder(usual))) return undefined;
  const move = configured === undefined ? moveIfAsked(usual) : undefined;
  if (move?.kind === 'moved') {
    logger.info({ from: move.from, to: move.to }, 'the data were moved');
    app.releaseSingleInstanceLock();
    if (!hold(move.to)) return undefined;
  } else if (move !== undefined) logger.warn({ why: move.why }, 'the data could not be moved');
  const folder = configured ?? presentFolder(usual);
  return {
    folder,
    logs: join(folder, 'logs'),
    move,
    askMove: configured === undefined ? (chosen) => askMove({ usual, from: folder, chosen }) : null,
  };
}

function hold(folder: string): boolean {
  app.setPath('userData', folder);
  // What Chromium keeps (caches, local storage) lies apart from the journal.
  app.setPath('sessionData', join(folder, 'browser'));
  app.setPath('crashDumps', join(folder, 'logs', 'dumps'));
  return app.requestSingleInstanceLock();
}
