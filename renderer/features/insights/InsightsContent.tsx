import { useEffect, useMemo } from 'react';
import { ChartColumn } from 'lucide-react';
import type { InsightsView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { formatCost } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { DayChart } from './DayChart.tsx';
import { InsightsContext } from './insightsStore.ts';
import { Rankings } from './Rankings.tsx';
import { buildsByDay, callsByDay, costByDay } from './series.ts';
import { Source } from './Source.tsx';
import { Tiles } from './Tiles.tsx';
import { awayText, isEmpty } from './words.ts';
import styles from './Insights.module.css';

/** The figures of the chosen range, or why there are none. */
export function InsightsContent() {
  const { view, loading, error, days } = InsightsContext.use((state) => state);
  const { load, choose } = InsightsContext.useHandle();
  const connection = useConnection();
  useEffect(() => void load(), [load]);

  const again = (
    <Button onClick={() => void load()} disabled={connection !== 'open'}>
      Try again
    </Button>
  );
  const away = view === null ? null : awayText(view.source);
  return (
    <div className={styles.content} aria-busy={loading}>
      {error === null || connection !== 'open' ? null : (
        <Notice tone="bad" actions={again}>
          {safeText(error.message)}{' '}
          {view === null ? 'Nothing was changed.' : 'These are the figures that were read before.'}
        </Notice>
      )}
      {view === null ? (
        error === null && loading ? (
          <p className={styles.quiet} role="status">
            Reading the figures…
          </p>
        ) : connection === 'open' ? null : (
          <p className={styles.quiet}>The figures are read when SPARK is connected again.</p>
        )
      ) : (
        <>
          {away === null ? null : (
            <Notice tone="warn" actions={again}>
              {safeText(away)}
            </Notice>
          )}
          {isEmpty(view) ? (
            <>
              <EmptyState icon={ChartColumn} title="No figures yet">
                <p>
                  Nothing was done in these {days} days, nor in the {days} before. Ask SPARK for a change: what it took,
                  what it cost and whether it worked stands here.
                </p>
                {days === 90 ? null : <Button onClick={() => void choose({ days: 90 })}>Look at 90 days</Button>}
              </EmptyState>
              <Source view={view} />
            </>
          ) : (
            <Figures view={view} days={days} />
          )}
        </>
      )}
    </div>
  );
}

function Figures({ view, days }: { readonly view: InsightsView; readonly days: number }) {
  const charts = useMemo(() => ({ cost: costByDay(view), calls: callsByDay(view), builds: buildsByDay(view) }), [view]);
  return (
    <>
      <Tiles view={view} days={days} />
      <div className={styles.charts}>
        <DayChart title="Cost" figures={charts.cost} format={formatCost} none="Nothing that has a price was used." />
        <DayChart title="Calls" figures={charts.calls} format={countText} none="No call ended." />
        <DayChart title="Builds" figures={charts.builds} format={countText} none="No build ended." />
      </div>
      <Rankings view={view} />
    </>
  );
}

const countText = (value: number): string => value.toLocaleString('en');
