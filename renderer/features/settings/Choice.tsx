import { useId, type ReactNode } from 'react';
import { Segments } from '../../components/Segments.tsx';
import { cx } from '../../lib/cx.ts';
import form from '../../components/Form.module.css';
import styles from './Choice.module.css';

/** A setting of a few values: its name, what it does, and the values side by side. Arrow keys move as in every radio group. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
  readonly source?: string;
}) {
  const { label, hint, value, options, onChange, source } = props;
  const hintId = useId();
  return (
    <div className={styles.row}>
      <div className={styles.rowText}>
        <span aria-hidden="true">{label}</span>
        {source === undefined ? null : <span className={form.badge}>{source}</span>}
        <span id={hintId} className={cx(form.hint, styles.note)}>
          {hint}
        </span>
      </div>
      <Segments label={label} describedBy={hintId} value={value} options={options} onChange={onChange} />
    </div>
  );
}

const onOff = [
  { value: 'off', name: 'Off' },
  { value: 'on', name: 'On' },
] as const;

export function Switch(props: {
  readonly label: string;
  readonly hint: ReactNode;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  const { on, onChange, ...rest } = props;
  return <Choice {...rest} value={on ? 'on' : 'off'} options={onOff} onChange={(value) => onChange(value === 'on')} />;
}
