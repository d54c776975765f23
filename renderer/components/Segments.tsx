import { useId } from 'react';
import styles from './Segments.module.css';

/** A few values side by side, one of them chosen. Arrow keys move as in every radio group. */
export function Segments<T extends string | number>(props: {
  /** Said by screen readers. */
  readonly label: string;
  /** Id of what explains it. */
  readonly describedBy?: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
}) {
  const { label, describedBy, value, options, onChange } = props;
  const id = useId();
  return (
    <fieldset className={styles.segments} aria-describedby={describedBy}>
      <legend className="visuallyHidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.segment} data-chosen={option.value === value}>
          <input type="radio" name={id} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.name}
        </label>
      ))}
    </fieldset>
  );
}
