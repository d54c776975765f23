import { useId, type ReactNode } from 'react';
import styles from './Settings.module.css';

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
  const id = useId();
  return (
    <div className={styles.row} role="radiogroup" aria-labelledby={`${id}-label`} aria-describedby={`${id}-hint`}>
      <div className={styles.rowText}>
        <span id={`${id}-label`}>{label}</span>
        {source === undefined ? null : <span className={styles.badge}>{source}</span>}
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      </div>
      <div className={styles.options}>
        {options.map((option) => (
          <label key={option.value} className={styles.option} data-chosen={option.value === value}>
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.name}
          </label>
        ))}
      </div>
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
