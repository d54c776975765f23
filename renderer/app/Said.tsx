import { useEffect } from 'react';
import { cx } from '../lib/cx.ts';
import { WindowContext } from '../lib/windowStore.ts';
import floating from '../components/Floating.module.css';
import styles from './Shell.module.css';

/** What an action by key or by the palette has done where nothing else on the screen shows it. */
export function Said() {
  const said = WindowContext.use((state) => state.said);
  const { store } = WindowContext.useHandle();
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => store.setState({ said: null }), said.ms);
    return () => clearTimeout(timer);
  }, [said, store]);
  return (
    <div role="status" className={styles.said}>
      {said === null ? null : <p className={cx(floating.floating, styles.saidText)}>{said.text}</p>}
    </div>
  );
}
