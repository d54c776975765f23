import type { UsageView } from '../../../shared/contracts/api/index.ts';
import { countOf } from '../../lib/format.ts';
import { costText, percentText } from './words.ts';
import styles from './Cost.module.css';

/** The session's tokens of one model, by modality, and how much of the input the cache spared. */
export function ModelTokens({ sum }: { readonly sum: UsageView['byModel'][number] }) {
  const { input, cached, output } = sum.tokens;
  const rows = [
    { name: 'Text', input: input.text, cached: cached.text, output: output.text },
    { name: 'Audio', input: input.audio, cached: cached.audio, output: output.audio },
    { name: 'Images', input: input.image, cached: cached.image, output: 0 },
  ].filter((row) => row.input + row.output > 0);
  return (
    <table className={styles.model} aria-label={`Tokens of ${sum.model} in this session`}>
      <caption>
        <span className={styles.modelHead}>
          <code>{sum.model}</code>
          <span className={sum.costMicroUsd === null ? styles.unknown : styles.money}>{costText(sum)}</span>
        </span>
        <span className={styles.hint}>{countOf(sum.responses, 'response')} in this session</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Tokens</th>
          <th scope="col">in</th>
          <th scope="col">cached</th>
          <th scope="col">out</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{row.input.toLocaleString('en')}</td>
            <td>{percentText(row.cached, row.input)}</td>
            <td>{row.output.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
