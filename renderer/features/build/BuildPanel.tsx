import { useMemo } from 'react';
import { Hammer } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { BuildCard } from './BuildCard.tsx';
import { BuildContext, targetNames, type BuildTarget } from './buildStore.ts';
import styles from './Build.module.css';

const isTarget = (value: string): value is BuildTarget => Object.hasOwn(targetNames, value);

/** Start a build; the running one and earlier ones of this session, newest first. */
export function BuildPanel() {
  const builds = OpenSessionContext.use((state) => state.builds);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { target, development, starting, error } = BuildContext.use((state) => state);
  const { store, start } = BuildContext.useHandle();
  const sorted = useMemo(() => [...builds.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)), [builds]);
  const running = sorted.some(({ state }) => state === 'starting' || state === 'building');

  return (
    <div className={styles.panel}>
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
      </form>
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {sorted.length === 0 ? (
        <EmptyState icon={Hammer} title="No builds in this session">
          Choose a target and build, or ask SPARK to. Phase, time and size are shown here.
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {sorted.map((build) => (
            <li key={build.buildId}>
              <BuildCard build={build} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
