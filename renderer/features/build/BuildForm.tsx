import { Button } from '../../components/Button.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { BuildContext } from './buildStore.ts';
import { isTarget, targetNames } from '../../lib/buildTargets.ts';
import styles from './Build.module.css';

/** Target, options, start. */
export function BuildForm({ running }: { readonly running: boolean }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { target, development, outputPath, starting } = BuildContext.use((state) => state);
  const { store, start } = BuildContext.useHandle();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (sessionId !== null) void start(sessionId);
      }}
    >
      <label className={styles.target}>
        <span className="visuallyHidden">Target</span>
        <select
          value={target}
          onChange={({ target: { value } }) => isTarget(value) && store.setState({ target: value })}
        >
          {Object.entries(targetNames).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.option}>
        <input
          type="checkbox"
          checked={development}
          onChange={(event) => store.setState({ development: event.target.checked })}
        />
        Development
      </label>
      <Button type="submit" disabled={starting || running || sessionId === null}>
        {starting ? 'Starting…' : running ? 'A build runs' : 'Build'}
      </Button>
      <input
        className={styles.path}
        aria-label="Output path in the project"
        placeholder="Output: Builds/… (Unity’s own)"
        maxLength={512}
        value={outputPath}
        onChange={(event) => store.setState({ outputPath: event.target.value })}
      />
    </form>
  );
}
