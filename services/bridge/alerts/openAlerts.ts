import type { Alert } from '../../../shared/contracts/index.ts';

/** What is wrong now, as far as it was told: of each source, rule and group at most one alert, the newest. */
export interface OpenAlerts {
  /** Takes in what was told, in any order and however often; returns whether anything is another. */
  readonly take: (alert: Alert) => boolean;
  /** Newest first. */
  readonly list: () => readonly Alert[];
}

/** Nobody reads more; the oldest of more than these are left out. */
export const maxOpen = 200;
/** Ends are remembered so that a raise that is told late, or read from a replica behind, opens nothing again. */
const maxEnded = 1_000;

export function makeOpenAlerts(): OpenAlerts {
  const open = new Map<string, Alert>();
  const ended = new Set<string>();

  function end(alertId: string): void {
    ended.add(alertId);
    const [oldest] = ended;
    if (ended.size > maxEnded && oldest !== undefined) ended.delete(oldest);
  }
  const list = (): Alert[] =>
    [...open.values()].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt) || a.alertId.localeCompare(b.alertId));

  return {
    take(alert) {
      const key = JSON.stringify([alert.source, alert.ruleId, alert.group]);
      const known = open.get(key);
      if (alert.state === 'cleared') {
        end(alert.alertId);
        // The end of a later one of the rule ends an earlier one whose end was not heard.
        if (known === undefined || known.raisedAt > alert.raisedAt) return false;
        end(known.alertId);
        return open.delete(key);
      }
      if (ended.has(alert.alertId) || (known !== undefined && known.raisedAt >= alert.raisedAt)) return false;
      if (known !== undefined) end(known.alertId);
      open.set(key, alert);
      const oldest = open.size > maxOpen ? list().at(-1) : undefined;
      if (oldest !== undefined) open.delete(JSON.stringify([oldest.source, oldest.ruleId, oldest.group]));
      return true;
    },
    list,
  };
}
