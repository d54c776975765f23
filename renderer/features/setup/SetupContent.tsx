import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { SparkMark } from '../../components/SparkMark.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { ProgramContext } from '../program/index.ts';
import { FirstRequest } from './FirstRequest.tsx';
import { SetupStepForm } from './SetupStepForm.tsx';
import { placeOf, steps } from './steps.ts';
import styles from './Setup.module.css';

/** From nothing to a first script: Unity, the model, servers, a request. Every step can be passed over. */
export function SetupContent() {
  const { store } = WindowContext.useHandle();
  const { busy, error, setup } = ProgramContext.use((state) => state);
  const { loadConfig, finishSetup, turnSandbox, forgetError } = ProgramContext.useHandle();
  const [at, setAt] = useState(0);
  useEffect(() => {
    forgetError();
    void loadConfig();
  }, [forgetError, loadConfig]);
  const leave = (): void => {
    void finishSetup();
    store.setState({ view: 'chat' });
  };
  const go = (place: number): void => {
    forgetError();
    setAt(Math.max(0, Math.min(place, steps.length - 1)));
  };
  const step = steps[at];
  if (step === undefined) return null;
  const isSandbox = setup?.sandbox === 'on';
  const toggleSandbox = async (): Promise<void> => {
    if ((await turnSandbox(!isSandbox)) && !isSandbox) go(placeOf('first'));
  };

  return (
    <div className={styles.screen}>
      <div className={styles.column}>
        <header className={styles.head}>
          <h2>
            <SparkMark className={styles.mark} /> Set up SPARK
          </h2>
          <Button tone="quiet" onClick={leave}>
            Skip the setup
          </Button>
        </header>
        <ol className={styles.steps}>
          {steps.map(({ id, title }, place) => (
            <li key={id}>
              <button
                type="button"
                className={styles.step}
                aria-label={`${place + 1} ${title}`}
                aria-current={place === at ? 'step' : undefined}
                onClick={() => go(place)}
              >
                <span className={styles.number}>{place + 1}</span> {title}
              </button>
            </li>
          ))}
        </ol>
        {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
        <section aria-labelledby="setup-step" className={styles.body}>
          <h3 id="setup-step">{step.title}</h3>
          <p className={styles.quiet}>{step.lead}</p>
          {step.id === 'first' ? (
            <FirstRequest onDone={leave} onBack={() => go(at - 1)} />
          ) : (
            <SetupStepForm
              key={step.id}
              step={step}
              onBack={at === 0 ? null : () => go(at - 1)}
              onNext={() => go(at + 1)}
            />
          )}
        </section>
        {setup === null || setup.sandbox === 'none' ? null : (
          <aside className={styles.sandbox} aria-label="Sandbox">
            <p>
              {isSandbox
                ? 'The sandbox is on: Unity and the model are simulated, in a project and a journal of their own. Nothing here touches your project.'
                : 'No Unity or key at hand? The sandbox simulates both, in a project of its own, so that you see everything work. You can turn it off again at any time.'}
            </p>
            <Button disabled={busy !== null} onClick={() => void toggleSandbox()}>
              {busy === 'sandbox' ? 'One moment…' : isSandbox ? 'Turn the sandbox off' : 'Try the sandbox'}
            </Button>
          </aside>
        )}
      </div>
    </div>
  );
}
