import type { InsightsView } from '../../../shared/contracts/api/index.ts';
import { formatBytes, formatCost, formatDuration } from '../../lib/format.ts';
import { Ranking } from './Ranking.tsx';
import { percentOf, successOf, withinText } from './words.ts';
import styles from './Insights.module.css';

const count = (value: number): string => value.toLocaleString('en');
const duration = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));

/** Functions, errors, builds by target and events, the most frequent first. */
export function Rankings({ view }: { readonly view: InsightsView }) {
  return (
    <div className={styles.rankings}>
      <Ranking
        title="Functions"
        note="Time from the request to the result, rounded up to fixed steps; where you approve, your answer is part of it."
        columns={[
          { name: 'Function' },
          { name: 'Calls', title: 'That ended, however they did' },
          { name: 'Success', title: 'Of those that succeeded or failed; denied and cancelled ones aside' },
          { name: 'Median', title: 'Within which half of them ended' },
          { name: '95 %', title: 'Within which 95 of 100 ended' },
          { name: 'Cost', title: 'Of the code model that was asked for them; the conversation is not part of it' },
        ]}
        rows={view.functions.map((one) => {
          const calls = one.succeeded + one.failed + one.denied + one.cancelled;
          return {
            name: one.name,
            size: calls,
            cells: [
              count(calls),
              percentOf(successOf(one)),
              withinText(one.medianMs),
              withinText(one.p95Ms),
              one.costMicroUsd === 0 ? '–' : formatCost(one.costMicroUsd),
            ],
          };
        })}
        none="No function was called."
      />
      <Ranking
        title="Errors"
        columns={[{ name: 'Where and what' }, { name: 'Times' }]}
        rows={view.errors.map(({ kind, name, code, errors }) => ({
          name: code,
          detail: kind === 'build' ? `build for ${name}` : name,
          size: errors,
          cells: [count(errors)],
        }))}
        none="Nothing failed."
      />
      <Ranking
        title="Builds by target"
        columns={[
          { name: 'Target' },
          { name: 'Completed' },
          { name: 'Failed' },
          { name: 'Median', title: 'Half of the completed ones took less' },
          { name: 'Size', title: 'Of the newest completed one' },
        ]}
        rows={view.targets.map(({ target, completed, failed, medianMs, lastSizeBytes }) => ({
          name: target,
          size: completed + failed,
          cells: [
            count(completed),
            count(failed),
            duration(medianMs),
            lastSizeBytes === null ? '–' : formatBytes(lastSizeBytes),
          ],
        }))}
        none="Nothing was built."
      />
      <Ranking
        title="Events"
        columns={[{ name: 'Type' }, { name: 'Events' }]}
        rows={view.events.map(({ type, events }) => ({ name: type, size: events, cells: [count(events)] }))}
        none="No event was kept."
      />
    </div>
  );
}
