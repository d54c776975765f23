import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { HealthContext } from './healthStore.ts';
import styles from './Health.module.css';

/** Asks once which of the open Unity Editors this session works in; empty while there is nothing to choose. */
export function EditorChoice({ sessionId }: { readonly sessionId: string }) {
  const detail = HealthContext.use((state) => {
    const unity = state.health?.dependencies.find(({ id }) => id === 'unity');
    return unity?.choose === true ? unity.detail : null;
  });
  const { instances, error } = HealthContext.use((state) => state.editors);
  const { listEditors, chooseEditor } = HealthContext.useHandle();
  const [choosing, setChoosing] = useState(false);
  useEffect(() => {
    if (detail !== null) void listEditors(sessionId);
  }, [detail, listEditors, sessionId]);

  const choose = async (instanceId: string): Promise<void> => {
    setChoosing(true);
    await chooseEditor(sessionId, instanceId);
    setChoosing(false);
  };

  if (detail === null) return null;
  return (
    <section className={styles.choice} aria-label="Choose a Unity Editor">
      <Notice
        tone={error === null ? 'info' : 'warn'}
        actions={
          <>
            {instances.map(({ instanceId, projectName, unityVersion }) => {
              // Two copies of one project are told apart by the id that the server gives them.
              const isAlone = instances.filter((other) => other.projectName === projectName).length === 1;
              const name = isAlone ? projectName : instanceId;
              return (
                <Button key={instanceId} title={instanceId} disabled={choosing} onClick={() => void choose(instanceId)}>
                  {unityVersion === null ? name : `${name} · Unity ${unityVersion}`}
                </Button>
              );
            })}
            {error === null ? null : <Button onClick={() => void listEditors(sessionId)}>Look again</Button>}
          </>
        }
      >
        {error?.message ?? `${detail} SPARK remembers the choice for this session.`}
      </Notice>
    </section>
  );
}
