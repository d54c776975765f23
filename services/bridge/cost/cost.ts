import type { ConversationSettings, UsageView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { Push } from '../pushBus.ts';
import type { JournalTables } from '../journal/index.ts';
import { defaultPrices } from '../realtime/index.ts';
import { extensionFor, standingsOf, type Standing } from './budgets.ts';
import { keepUsage } from './keep.ts';
import type { Cost } from './types.ts';
import { stopOf } from './words.ts';

/** Of one session's figures; several responses may end together. */
const pushEveryMs = 250;

export function makeCost(options: {
  readonly journal: JournalTables;
  readonly settings: () => ConversationSettings;
  readonly push: Push;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}): Cost {
  const { journal, settings, push, clock } = options;
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const today = (): string => new Date(clock()).toISOString().slice(0, 10);
  const standings = (sessionId: string, messageId: string | null): Standing[] =>
    standingsOf(journal, settings().budgets, { sessionId, messageId, day: today() });

  function tell(sessionId: string): void {
    changed.add(sessionId);
    timer ??= setTimeout(() => {
      timer = undefined;
      const due = [...changed];
      changed.clear();
      for (const id of due) push({ name: 'usage.changed', payload: { usage: view(id) } });
    }, pushEveryMs).unref();
  }

  function view(sessionId: string): UsageView {
    journal.sessions.require(sessionId);
    const { usage } = journal;
    const messageId = usage.turnOf(sessionId);
    const project = journal.sessions.projectOf(sessionId);
    const date = today();
    return {
      sessionId,
      turn: messageId === null ? null : { messageId, ...usage.sumOf({ sessionId, messageId }) },
      session: usage.sumOf({ sessionId }),
      day: { date, ...usage.sumOf({ day: date }) },
      project: project?.hash == null ? null : { name: project.name, ...usage.sumOf({ projectHash: project.hash }) },
      byModel: usage.byModel(sessionId),
      calls: usage.byCall(sessionId),
      budgets: standings(sessionId, messageId).map(({ key: _key, limitMicroUsd: _limit, ...budget }) => budget),
    };
  }

  return {
    keep(sessionId, usage, origin) {
      const prices = { ...defaultPrices, ...settings().prices };
      if (keepUsage(journal, sessionId, usage, origin, prices)) tell(sessionId);
    },
    mayContinue(sessionId, of) {
      const messageId = 'messageId' in of ? of.messageId : journal.usage.turnOf(sessionId, of.callId);
      const stop = stopOf(standings(sessionId, messageId));
      return stop === null ? { kind: 'go' } : { kind: 'stop', ...stop };
    },
    view,
    extend(sessionId, scope) {
      journal.sessions.require(sessionId);
      const standing = standings(sessionId, journal.usage.turnOf(sessionId)).find((one) => one.scope === scope);
      if (standing === undefined) {
        throw new AppError('invalid_input', 'There is no such budget. Set one in the settings, under Budgets.', {
          data: { scope },
        });
      }
      if (standing.state === 'reached') {
        journal.budgetExtensions.set(scope, standing.key, extensionFor(standing));
        tell(sessionId);
      }
      return view(sessionId);
    },
    close() {
      clearTimeout(timer);
      changed.clear();
    },
  };
}
