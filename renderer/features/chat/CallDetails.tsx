import type { CallView } from '../../../shared/contracts/api/index.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { copyText } from '../../lib/clipboard.ts';
import { formatDuration } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { CallCost } from '../cost/index.ts';
import styles from './CallCard.module.css';

/** Longest JSON that is laid out; the rest is only counted (a script can be 1 MB). */
const maxShown = 20_000;

const toText = (value: unknown): string => {
  const text = safeText(JSON.stringify(value, null, 2) ?? '');
  if (text.length <= maxShown) return text;
  return `${text.slice(0, maxShown)}\n… ${(text.length - maxShown).toLocaleString('en')} more characters`;
};

/** Arguments, result or error, and time by step. */
export function CallDetails({ call }: { readonly call: CallView }) {
  const result: unknown = call.error ?? call.result;
  return (
    <dl className={styles.details}>
      <dt>Function</dt>
      <dd>
        <code>{call.name}</code> <span className={styles.muted}>{call.effect}</span>
      </dd>
      {call.timing.length === 0 ? null : (
        <>
          <dt>Time</dt>
          <dd className={styles.steps}>
            {call.timing.map(({ step, ms }) => (
              <span key={step}>
                {step} <strong>{formatDuration(ms)}</strong>
              </span>
            ))}
            <span>
              in all <strong>{formatDuration(call.timing.reduce((sum, { ms }) => sum + ms, 0))}</strong>
            </span>
          </dd>
        </>
      )}
      <CallCost callId={call.callId} />
      <dt>Arguments</dt>
      <dd>
        <pre className={styles.json} tabIndex={0} aria-label="Arguments">
          {toText(call.arguments)}
        </pre>
      </dd>
      {result === null || result === undefined ? null : (
        <>
          <dt>{call.error === null ? 'Result' : 'Error'}</dt>
          <dd>
            <pre className={styles.json} tabIndex={0} aria-label="Result">
              {toText(result)}
            </pre>
          </dd>
        </>
      )}
      <dt>Raw</dt>
      <dd>
        <CopyButton write={() => copyText(JSON.stringify(call, null, 2))}>Copy the whole call as JSON</CopyButton>
      </dd>
    </dl>
  );
}
