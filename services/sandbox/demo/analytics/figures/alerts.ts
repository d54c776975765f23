import type { Figure } from '../../../../../database/index.ts';
import type { Alert } from '../../../../../shared/contracts/index.ts';
import type { Way } from './compare.ts';

/** Alerts as figures: of each rule and group how many were raised, and how many of those are over. */
export function alertsAsWay(name: string, alerts: readonly Alert[]): Way {
  const newest = new Map<string, Alert>();
  // Told once when it is raised and once when it clears, perhaps in another order: what is over stays over.
  for (const alert of alerts) if (newest.get(alert.alertId)?.state !== 'cleared') newest.set(alert.alertId, alert);
  const groups = Map.groupBy(newest.values(), ({ ruleId, group }) => `${ruleId} ${group}`);
  const figures = [...groups].flatMap(([key, all]): Figure[] => [
    { figure: 'alerts', name: key, value: all.length },
    { figure: 'alerts that cleared', name: key, value: all.filter(({ state }) => state === 'cleared').length },
  ]);
  return { name, tells: () => true, figures };
}
