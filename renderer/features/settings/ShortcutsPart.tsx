import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { actionNames } from '../../lib/actionNames.ts';
import {
  actionIds,
  combinationOf,
  defaultKeys,
  fixedKeys,
  keysOf,
  problemOfKeys,
  showKeys,
  type ActionId,
} from '../../lib/shortcuts.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import form from '../../components/Form.module.css';
import styles from './Keys.module.css';

/** Every action with its keys; a press of the wanted ones changes them. What would be in conflict is not taken. */
export function ShortcutsPart() {
  const chosen = WindowContext.use((state) => state.shortcuts);
  const { store } = WindowContext.useHandle();
  const [asked, setAsked] = useState<ActionId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = (id: ActionId | null): void => {
    setAsked(id);
    setProblem(null);
  };
  const set = (id: ActionId, keys: string | null): void => {
    const { [id]: _before, ...others } = store.getState().shortcuts;
    store.setState({ shortcuts: keys === defaultKeys[id] ? others : { ...others, [id]: keys } });
    ask(null);
  };
  const own = actionIds.filter((id) => id !== 'answer.stop');
  return (
    <>
      <table className={styles.keys}>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Keys</th>
            <th scope="col">
              <span className="visuallyHidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {own.map((id) => {
            const keys = keysOf(id, chosen);
            const isOwn = keys !== defaultKeys[id];
            const name = actionNames[id];
            return (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>
                  {asked === id ? (
                    <input
                      className={styles.record}
                      aria-label={`Press the keys for ${name}`}
                      aria-describedby={problem === null ? undefined : 'keys-problem'}
                      placeholder="Press the keys"
                      value=""
                      readOnly
                      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked to press keys now
                      autoFocus
                      onBlur={() => ask(null)}
                      onKeyDown={(event) => {
                        if (event.key === 'Tab') return;
                        event.preventDefault();
                        event.stopPropagation();
                        if (event.key === 'Escape') return ask(null);
                        const pressed = combinationOf(event.nativeEvent);
                        if (pressed === null) return;
                        const why = problemOfKeys(id, pressed, chosen, (other) => actionNames[other]);
                        if (why === null) set(id, pressed);
                        else setProblem(why);
                      }}
                    />
                  ) : (
                    <kbd className={styles.combination}>{keys === null ? '–' : showKeys(keys)}</kbd>
                  )}
                  {asked === id && problem !== null ? (
                    <span id="keys-problem" role="alert" className={form.bad}>
                      {problem}
                    </span>
                  ) : null}
                </td>
                <td className={styles.rowActions}>
                  <Button tone="quiet" aria-label={`Change the keys of ${name}`} onClick={() => ask(id)}>
                    Change
                  </Button>
                  {isOwn ? (
                    <Button
                      tone="quiet"
                      aria-label={`Put the keys of ${name} back`}
                      onClick={() => {
                        const back = defaultKeys[id];
                        const why =
                          back === null ? null : problemOfKeys(id, back, chosen, (other) => actionNames[other]);
                        if (why === null) return set(id, back);
                        ask(id);
                        setProblem(why);
                      }}
                    >
                      Put back
                    </Button>
                  ) : keys === null ? null : (
                    <Button tone="quiet" aria-label={`No keys for ${name}`} onClick={() => set(id, null)}>
                      None
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <h3>Keys that are always the same</h3>
      <dl className={styles.fixed}>
        {fixedKeys.map(({ name, keys }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <kbd className={styles.combination}>{showKeys(keys)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
