import { Fragment } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf } from '../../lib/format.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { BudgetBars } from './BudgetBars.tsx';
import { CostContext } from './costStore.ts';
import { ModelTokens } from './ModelTokens.tsx';
import { costText, missingText, totalOf } from './words.ts';
import styles from './Cost.module.css';

/** Turn, session, today and project; budgets; tokens by model and modality. */
export function CostDetails({ onDone }: { readonly onDone: () => void }) {
  const usage = CostContext.use((state) => state.usage);
  const error = CostContext.use((state) => state.error);
  const { load } = CostContext.useHandle();
  const { store } = WindowContext.useHandle();
  if (usage === null) {
    if (error === null) return <p role="status">Reading…</p>;
    return (
      <Notice tone="warn" actions={<Button onClick={() => void load()}>Try again</Button>}>
        {error.message}
      </Notice>
    );
  }
  const { turn, session, day, project } = usage;
  const lines = [
    ...(turn === null ? [] : [{ name: 'This turn', sum: turn }]),
    { name: 'This session', sum: session },
    { name: 'Today (UTC)', sum: day },
    ...(project === null ? [] : [{ name: project.name, sum: project }]),
  ];
  return (
    <div className={styles.details}>
      <table className={styles.sums} aria-label="Cost">
        <tbody>
          {lines.map(({ name, sum }) => (
            <Fragment key={name}>
              <tr>
                <th scope="row">{name}</th>
                <td className={styles.tokens}>{countOf(totalOf(sum.tokens), 'token')}</td>
                <td className={sum.costMicroUsd === null ? styles.unknown : styles.money}>{costText(sum)}</td>
              </tr>
              {missingText(sum) === '' ? null : (
                <tr>
                  <td colSpan={3} className={styles.missing}>
                    {missingText(sum)}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      <BudgetBars budgets={usage.budgets} />
      {usage.byModel.map((sum) => (
        <ModelTokens key={`${sum.provider} ${sum.model}`} sum={sum} />
      ))}
      {error === null ? null : <Notice tone="warn">{error.message}</Notice>}
      <div className={styles.foot}>
        <Button
          onClick={() => {
            onDone();
            showSettings(store, 'budgets');
          }}
        >
          Budgets and prices…
        </Button>
      </div>
    </div>
  );
}
