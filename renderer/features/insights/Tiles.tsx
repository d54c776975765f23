import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import type { InsightsView } from '../../../shared/contracts/api/index.ts';
import { countOf, formatCost } from '../../lib/format.ts';
import { Source } from './Source.tsx';
import { changeOf, percentOf, pointsOf, successOf, type ChangeText } from './words.ts';
import styles from './Insights.module.css';

const icons = { up: ArrowUp, down: ArrowDown, same: Minus } as const;

/** Calls, success, cost and builds of the range, each with what changed against as many days before, and where they are from. */
export function Tiles({ view, days }: { readonly view: InsightsView; readonly days: number }) {
  const { totals, before } = view;
  const success = successOf(totals);
  const against = days === 7 ? 'than the week before' : `than the ${days} days before`;
  const tiles: readonly { name: string; value: string; change: ChangeText; note: string }[] = [
    {
      name: 'Calls',
      value: totals.calls.toLocaleString('en'),
      change: changeOf(totals.calls, before.calls),
      note: totals.failed === 0 ? 'none failed' : `${totals.failed.toLocaleString('en')} failed`,
    },
    {
      name: 'Success',
      value: percentOf(success),
      change: pointsOf(success, successOf(before)),
      note: 'denied and cancelled aside',
    },
    {
      name: 'Cost',
      value: formatCost(totals.costMicroUsd),
      change: changeOf(totals.costMicroUsd, before.costMicroUsd),
      note:
        totals.unpricedResponses === 0
          ? 'of all models'
          : `without ${countOf(totals.unpricedResponses, 'response')} that ${totals.unpricedResponses === 1 ? 'has' : 'have'} no known price`,
    },
    {
      name: 'Builds',
      value: totals.builds.toLocaleString('en'),
      change: changeOf(totals.builds, before.builds),
      note: totals.failedBuilds === 0 ? 'none failed' : `${totals.failedBuilds.toLocaleString('en')} failed`,
    },
  ];
  return (
    <div>
      <dl className={styles.tiles}>
        {tiles.map(({ name, value, change, note }) => {
          const Icon = icons[change.direction];
          return (
            <div key={name} className={styles.tile}>
              <dt>{name}</dt>
              <dd className={styles.value}>{value}</dd>
              <dd className={styles.change} title={`${change.text} ${against}`}>
                <Icon className={styles.icon} aria-hidden="true" />
                {change.text}
                <span className="visuallyHidden"> {against}</span>
              </dd>
              <dd className={styles.quiet}>{note}</dd>
            </div>
          );
        })}
      </dl>
      <Source view={view}>Arrows say what is more or less {against}.</Source>
    </div>
  );
}
