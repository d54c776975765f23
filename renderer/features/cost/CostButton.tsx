import { lazy, Suspense, useState } from 'react';
import { Popover } from 'radix-ui';
import { TriangleAlert } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { formatCost } from '../../lib/format.ts';
import { CostContext } from './costStore.ts';
import floating from '../../components/Floating.module.css';
import styles from './Cost.module.css';

const CostDetails = lazy(async () => ({ default: (await import('./CostDetails.tsx')).CostDetails }));

/** What today costs; opens what it is made of. `fallbackMicroUsd` is shown until the figures were read. */
export function CostButton({ fallbackMicroUsd }: { readonly fallbackMicroUsd: number }) {
  const today = CostContext.use(({ usage }) => usage?.day.costMicroUsd ?? null) ?? fallbackMicroUsd;
  const worst = CostContext.use(({ usage }) => {
    const states = usage?.budgets.map(({ state }) => state) ?? [];
    return states.includes('reached') ? 'reached' : states.includes('near') ? 'near' : 'ok';
  });
  const { load } = CostContext.useHandle();
  const [open, setOpen] = useState(false);
  const word = { ok: '', near: ' · budget nearly spent', reached: ' · budget spent' }[worst];
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) void load();
      }}
    >
      <Popover.Trigger
        className={styles.trigger}
        data-budget={worst}
        data-testid="cost"
        aria-label={`Cost today ${formatCost(today)}${word}`}
      >
        {worst === 'ok' ? null : <TriangleAlert className={styles.icon} aria-hidden="true" />}
        {formatCost(today)}
        <span className={styles.word}>{word}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={cx(floating.floating, styles.popover)}
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="What it costs"
        >
          <Suspense fallback={<p role="status">Reading…</p>}>
            <CostDetails onDone={() => setOpen(false)} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
