import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { ProgramContext } from '../program/index.ts';
import { SectionBody } from './SectionBody.tsx';
import { isSection, sectionsFor } from './sections.ts';
import { SettingsContext } from './settingsStore.ts';
import form from '../../components/Form.module.css';
import styles from './Settings.module.css';

/** Everything that can be set, by part; a search shows every part in which something fits. */
export function SettingsContent() {
  const chosen = WindowContext.use((state) => state.settingsSection);
  const { store } = WindowContext.useHandle();
  const config = ProgramContext.use((state) => state.config);
  const programError = ProgramContext.use((state) => state.error);
  const { loadConfig, forgetError } = ProgramContext.useHandle();
  const error = SettingsContext.use((state) => state.error);
  const { load } = SettingsContext.useHandle();
  const [search, setSearch] = useState('');
  useEffect(() => {
    forgetError();
    void loadConfig();
  }, [loadConfig, forgetError]);

  const readAgain = async (): Promise<void> => {
    forgetError();
    await loadConfig();
  };
  const found = sectionsFor(search, config?.items ?? []);
  const current = isSection(chosen) ? chosen : 'appearance';
  const shown = search.trim() === '' ? found.filter(({ id }) => id === current) : found;
  return (
    <div className={styles.screen}>
      <div className={styles.columns}>
        <div className={styles.side}>
          <input
            type="search"
            className={styles.search}
            aria-label="Search the settings"
            placeholder="Search settings"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {/* The same list where there is no room beside the settings. */}
          <label className={styles.partChoice}>
            <span className="visuallyHidden">Part</span>
            <select
              value={search === '' ? current : ''}
              onChange={(event) => {
                setSearch('');
                store.setState({ settingsSection: event.target.value });
              }}
            >
              {search === '' ? null : <option value="">found by the search</option>}
              {found.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <nav className={styles.parts} aria-label="Parts of the settings">
            {found.map(({ id, title }) => (
              <button
                key={id}
                type="button"
                className={styles.part}
                aria-current={search === '' && id === current ? 'true' : undefined}
                onClick={() => {
                  setSearch('');
                  store.setState({ settingsSection: id });
                }}
              >
                {title}
              </button>
            ))}
          </nav>
        </div>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key */}
        <div className={styles.body} tabIndex={0} role="region" aria-label="Settings">
          {error === null ? null : (
            <Notice tone="bad" actions={<Button onClick={() => void load()}>Read again</Button>}>
              {error.message} What was set before still holds.
            </Notice>
          )}
          {programError === null ? null : (
            <Notice
              tone="bad"
              actions={
                config === null ? (
                  <Button onClick={() => void readAgain()}>Read again</Button>
                ) : (
                  <Button onClick={forgetError}>Close</Button>
                )
              }
            >
              {programError.message}
            </Notice>
          )}
          {found.length === 0 ? <p className={form.hint}>Nothing fits these words.</p> : null}
          {shown.map(({ id, title }) => (
            <section key={id} aria-labelledby={`part-${id}`} className={styles.section}>
              <h2 id={`part-${id}`}>{title}</h2>
              <SectionBody id={id} search={search} />
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}
