import type { RefObject } from 'react';
import { SparkMark } from '../../components/SparkMark.tsx';
import { MissingDependencies } from '../health/index.ts';
import { OpenSessionContext, useOpenSession } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import styles from './Chat.module.css';

/** Real requests, one for each thing that SPARK does. */
const starters = [
  { text: 'Create a player controller', what: 'writes a C# script, after you approve its diff' },
  { text: 'Show me the game view', what: 'renders a preview frame from the open scene' },
  { text: 'List the prefabs of this project', what: 'searches the assets; ask to take one apart' },
  { text: 'Build for Linux', what: 'runs a Unity build and follows its progress' },
] as const;

/** The first screen: what can be asked, and what works now. A request goes into the composer, or is sent at once. */
export function EmptyChat({ composer }: { readonly composer: RefObject<HTMLTextAreaElement | null> }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { send } = ChatContext.useHandle();
  const { create } = useOpenSession();
  const pick = (text: string): void => {
    if (sessionId === null) create();
    else void send(sessionId, text);
    composer.current?.focus();
  };
  return (
    <div className={styles.empty}>
      <div className={`${styles.column} ${styles.emptyInner}`}>
        <div>
          <h2 className={styles.emptyTitle}>
            <SparkMark /> What should change in this project?
          </h2>
          <p className={styles.lead}>
            SPARK shows you every write as a diff before it happens, follows the compile, and keeps what it did. Type @
            to name an asset; paste or drop images.
          </p>
        </div>
        <ul className={styles.starters}>
          {starters.map(({ text, what }) => (
            <li key={text}>
              <button type="button" className={styles.starter} onClick={() => pick(text)}>
                {text}
                <span>{what}</span>
              </button>
            </li>
          ))}
        </ul>
        <MissingDependencies />
      </div>
    </div>
  );
}
