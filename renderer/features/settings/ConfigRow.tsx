import { useId } from 'react';
import type { ConfigItem } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { safeText } from '../../lib/safeText.ts';
import type { ConfigDraft } from './useConfigDraft.ts';
import form from '../../components/Form.module.css';
import styles from './Config.module.css';

const sourceWords: Readonly<Record<ConfigItem['source'], string>> = {
  default: 'default',
  settings: 'set here',
  file: '.env',
  environment: 'environment',
  sandbox: 'sandbox',
};

/** One variable: what it does, where its value is from, and the field to change it. A secret is only ever written. */
export function ConfigRow({ item, draft }: { readonly item: ConfigItem; readonly draft: ConfigDraft }) {
  const { name, meaning, kind, source, isSet, value, defaultValue, locked } = item;
  const id = useId();
  const typed = draft.values[name];
  const problem = draft.problems[name];
  const text = typed === undefined ? (value ?? '') : (typed ?? '');
  const isSecret = kind === 'secret';
  const notes = [`${id}-meaning`, ...(problem === undefined ? [] : [`${id}-problem`])].join(' ');
  const placeholder = isSecret && isSet && typed !== null ? 'set' : (defaultValue ?? 'not set');
  const onText = (next: string): void => draft.set(name, next === '' ? null : next);
  return (
    <div className={styles.config} data-testid={`config-${name}`}>
      <div className={styles.configHead}>
        <label htmlFor={id}>{meaning}</label>
        <span className={form.badge}>{typed === undefined ? sourceWords[source] : 'not saved'}</span>
      </div>
      <p id={`${id}-meaning`} className={form.hint}>
        <code>{name}</code>
        {isSecret ? ' · secret, never shown again' : ''}
      </p>
      {locked === null ? (
        <div className={styles.configField}>
          {kind === 'choice' ? (
            <select id={id} value={text} aria-describedby={notes} onChange={(event) => onText(event.target.value)}>
              <option value="">{defaultValue === null ? 'not set' : `default: ${defaultValue}`}</option>
              {item.choices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          ) : (
            <span className={form.input} data-bad={problem !== undefined}>
              <input
                id={id}
                type={isSecret ? 'password' : 'text'}
                inputMode={kind === 'number' ? 'numeric' : undefined}
                autoComplete="off"
                spellCheck={false}
                value={text}
                placeholder={placeholder}
                aria-invalid={problem !== undefined}
                aria-describedby={notes}
                onChange={(event) => onText(event.target.value)}
              />
            </span>
          )}
          {source === 'settings' && typed !== null ? (
            <Button tone="quiet" aria-label={`Take ${name} back`} onClick={() => draft.set(name, null)}>
              Take back
            </Button>
          ) : null}
        </div>
      ) : (
        <p id={id} className={styles.locked}>
          <span>{isSecret ? (isSet ? 'set' : 'not set') : safeText(value ?? defaultValue ?? 'not set')}</span>
          <span className={form.hint}>{locked}</span>
        </p>
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} role="alert" className={form.bad}>
          This value {problem}.
        </p>
      )}
      {isSecret && isSet && typed === null ? <p className={form.hint}>It is forgotten when you save.</p> : null}
    </div>
  );
}
