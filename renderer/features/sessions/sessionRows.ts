import type { SessionView } from '../../../shared/contracts/api/index.ts';

/** A list of sessions with a head before each group; the groups in the order of their newest session. Pure. */
export type SessionRow =
  { readonly kind: 'head'; readonly name: string } | { readonly kind: 'session'; readonly session: SessionView };

export function rowsByGroup(
  sessions: readonly SessionView[],
  groupOf: (session: SessionView) => string,
): readonly SessionRow[] {
  const groups = Map.groupBy(sessions, groupOf);
  return [...groups].flatMap(([name, members]): SessionRow[] => [
    { kind: 'head', name },
    ...members.map((session): SessionRow => ({ kind: 'session', session })),
  ]);
}
