import { Check, ClipboardCopy, RotateCw } from 'lucide-react';
import { insightRanges, type InsightScope } from '../../../shared/contracts/api/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { Segments } from '../../components/Segments.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { copyText, useCopy } from '../../lib/clipboard.ts';
import { safeText } from '../../lib/safeText.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { csvOf } from './csv.ts';
import { InsightsContext } from './insightsStore.ts';
import styles from './Insights.module.css';

const ranges = insightRanges.map((value) => ({ value, name: `${value} days` }));
const words = { copied: 'Copied as CSV', refused: 'The clipboard refused it' } as const;

/** Range, whose figures, read again, copy. */
export function InsightsBar() {
  const { days, of, view, loading } = InsightsContext.use((state) => state);
  const { choose, load } = InsightsContext.useHandle();
  const session = OpenSessionContext.use((state) => state.session);
  const { copy, outcome } = useCopy(async () => view !== null && (await copyText(csvOf(view))));
  const connection = useConnection();

  // A project that has no session any more may still be the chosen one.
  const projects = [...new Set([...(view?.projects ?? []), ...(of.kind === 'project' ? [of.name] : [])])];
  const scopes: readonly { readonly name: string; readonly scope: InsightScope }[] = [
    { name: 'Everything', scope: { kind: 'all' } },
    { name: 'This machine', scope: { kind: 'machine' } },
    ...(session === null
      ? []
      : [{ name: `Session: ${session.title}`, scope: { kind: 'session' as const, sessionId: session.sessionId } }]),
    ...projects.map((name) => ({ name: `Project: ${name}`, scope: { kind: 'project' as const, name } })),
  ];
  const at = scopes.findIndex(({ scope }) => isSame(scope, of));
  return (
    <div className={styles.controls}>
      <Segments label="Range" value={days} options={ranges} onChange={(range) => void choose({ days: range })} />
      <select
        className={styles.scope}
        aria-label="Whose figures"
        value={at === -1 ? 'other' : at}
        onChange={({ target }) => {
          const chosen = scopes[Number(target.value)];
          if (chosen !== undefined) void choose({ of: chosen.scope });
        }}
      >
        {/* The session that was chosen is not the open one any more. */}
        {at === -1 ? <option value="other">Another session</option> : null}
        {scopes.map(({ name }, index) => (
          <option key={name} value={index}>
            {safeText(name)}
          </option>
        ))}
      </select>
      <span className={styles.space} />
      <IconButton
        label="Read again"
        icon={RotateCw}
        disabled={loading || connection !== 'open'}
        onClick={() => void load()}
      />
      <IconButton
        label={outcome === null ? 'Copy as CSV' : words[outcome]}
        icon={outcome === 'copied' ? Check : ClipboardCopy}
        disabled={view === null}
        onClick={copy}
      />
      <span className="visuallyHidden" role="status">
        {outcome === null ? '' : words[outcome]}
      </span>
    </div>
  );
}

function isSame(a: InsightScope, b: InsightScope): boolean {
  if (a.kind === 'project') return b.kind === 'project' && a.name === b.name;
  if (a.kind === 'session') return b.kind === 'session' && a.sessionId === b.sessionId;
  return a.kind === b.kind;
}
