import type { TeamHit, TeamKind, TeamSession, TeamSource } from '../../../shared/contracts/api/index.ts';
import { countOf, formatDuration } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import type { TeamState } from './teamStore.ts';

export const teamKindNames: Readonly<Record<TeamKind, string>> = {
  session: 'Sessions',
  call: 'Calls',
  change: 'Changes',
  build: 'Builds',
  error: 'Errors',
};
export const hitNames: Readonly<Record<TeamHit['kind'], string>> = {
  call: 'call',
  change: 'change',
  build: 'build',
  error: 'error',
};

/** Where it was read, and how old that may be. */
export function teamSourceText({ server, lagMs }: TeamSource): string {
  if (server === 'primary') return 'from the primary';
  if (lagMs === null) return 'from the replica';
  return lagMs < 1_000 ? 'from the replica, up to date' : `from the replica, ${formatDuration(lagMs)} behind`;
}

/** Who used the app; a name is there only where `SPARK_USER_ID` was set. */
export const personOf = ({ userId }: Pick<TeamSession, 'userId'>): string =>
  userId === null || userId === '' ? 'somebody unnamed' : safeText(userId);

export const titleOf = ({ title }: Pick<TeamSession, 'title'>): string =>
  title.trim() === '' ? 'Session without a name' : safeText(title);

/** How far the search came, once it has come there. */
export function reachText({ stopped, looked, next }: Pick<TeamState, 'stopped' | 'looked' | 'next'>): string {
  const back = looked.backTo === null ? '' : `, back to ${dayText(looked.backTo)}`;
  const sessions = `${countOf(looked.sessions, 'session')} looked through${back}.`;
  if (next === null) return `That is all: ${sessions}`;
  switch (stopped) {
    case 'time':
      return `The search stopped because it took long: ${sessions} A person, a project or a time makes it faster.`;
    case 'sessions':
    case 'full':
    case 'end':
      return sessions;
  }
}

/** `23 Nov 2026`. */
export const dayText = (timestamp: string): string =>
  new Date(timestamp).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
