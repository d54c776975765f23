import { useId } from 'react';
import type { Parsed } from './amounts.ts';
import form from '../../components/Form.module.css';

export interface FieldProps {
  readonly label: string;
  readonly text: string;
  readonly parsed: Parsed<unknown>;
  readonly onText: (text: string) => void;
  readonly hint?: string;
  /** In front of the value, such as `$`. */
  readonly unit?: string;
}

/** One line of text that is checked as it is typed. */
export function Field({ label, text, parsed, onText, hint, unit }: FieldProps) {
  const id = useId();
  // What is still empty is wanted, not wrong.
  const isBad = parsed.kind === 'bad' && text.trim() !== '';
  const note = parsed.kind === 'bad' ? parsed.why : hint;
  return (
    <div className={form.field}>
      <label htmlFor={id}>{label}</label>
      <span className={form.input} data-bad={isBad}>
        {unit === undefined ? null : <span aria-hidden="true">{unit}</span>}
        <input
          id={id}
          value={text}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={isBad}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onChange={(event) => onText(event.target.value)}
        />
      </span>
      {note === undefined ? null : (
        <span id={`${id}-note`} className={isBad ? form.bad : form.hint} role={isBad ? 'alert' : undefined}>
          {note}
        </span>
      )}
    </div>
  );
}
