import { useEffect, useId, useState } from 'react';
import { maxProjectRulesChars, type ProjectRules } from '../../../shared/contracts/projectTexts.ts';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { ProjectError } from './ProjectError.tsx';
import { ProjectContext } from './projectStore.ts';
import form from '../../components/Form.module.css';
import styles from './Project.module.css';

/** Rules that the model is told with every request in this project; what it reads is shown word for word. */
export function RulesPart() {
  const rules = ProjectContext.use((state) => state.rules);
  const isFailed = ProjectContext.use((state) => state.error !== null);
  const { load } = ProjectContext.useHandle();
  useEffect(() => void load(), [load]);
  if (rules === null) return isFailed ? <ProjectError /> : <p role="status">Reading…</p>;
  if (rules.projectName === null) {
    return (
      <p className={form.hint}>
        Rules belong to a Unity project, and this session has none yet. Open a project in Unity, or choose its editor in
        the chat; then write here what SPARK must always keep to: naming, folders, packages, style.
      </p>
    );
  }
  return <RulesForm rules={rules} />;
}

function RulesForm({ rules }: { readonly rules: ProjectRules }) {
  const isStale = ProjectContext.use((state) => state.isStale);
  const { saveRules, draftOf, keepDraft, sendingDraft } = ProjectContext.useHandle();
  const id = useId();
  const name = rules.projectName ?? '';
  const [text, setText] = useState(() => draftOf(name) ?? rules.text);
  const [saved, setSaved] = useState(false);
  const [isSending, setSending] = useState(false);
  // What another window saved is taken over where nothing was typed here; what was typed stays.
  const [base, setBase] = useState(rules);
  if (rules.version !== base.version) {
    setBase(rules);
    if (text.trim() === base.text && !isSending) setText(rules.text);
  }
  const write = (next: string): void => {
    setText(next);
    // While a save is on its way, what holds until now is as new as any other text.
    keepDraft(name, next === rules.text && !isSending ? null : next);
  };
  const save = async (): Promise<void> => {
    const settle = sendingDraft(name);
    setSending(true);
    const isSaved = await saveRules(text.trim());
    setSending(false);
    setSaved(isSaved ? settle() : false);
  };
  const left = maxProjectRulesChars - text.trim().length;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label htmlFor={id}>Rules for {safeText(rules.projectName ?? '')}</label>
      <textarea
        id={id}
        rows={8}
        value={text}
        placeholder="Use the new Input System. Scripts go under Assets/Game. Namespaces begin with Studio."
        aria-describedby={`${id}-note`}
        aria-invalid={left < 0}
        onChange={(event) => {
          write(event.target.value);
          setSaved(false);
        }}
      />
      <p id={`${id}-note`} className={left < 0 ? form.bad : form.hint}>
        {left < 0
          ? `${Math.abs(left).toLocaleString('en')} characters too many: the model reads them with every request.`
          : `${left.toLocaleString('en')} characters left. The model reads them with every request, which costs about ${Math.ceil(text.trim().length / 4)} tokens each time.`}
      </p>
      {isStale ? (
        <Notice tone="warn">
          These rules were changed in another window meanwhile, and those hold now: see below what the model is told.
          Yours are still in the field; save again to put them in their place.
        </Notice>
      ) : null}
      <ProjectError />
      <div className={form.foot}>
        <span role="status" className={form.hint}>
          {saved
            ? 'Saved. Open sessions of this project were told.'
            : text.trim() === rules.text
              ? ''
              : 'Not saved yet.'}
        </span>
        <Button type="submit" disabled={left < 0 || isSending || text.trim() === rules.text}>
          Save
        </Button>
      </div>
      {rules.told === '' ? null : (
        <details className={styles.told}>
          <summary>What the model is told</summary>
          <pre tabIndex={0} aria-label="What the model is told">
            {safeText(rules.told)}
          </pre>
        </details>
      )}
      <Versions onTake={write} />
    </form>
  );
}

/** Earlier versions, to be taken back into the field. */
function Versions({ onTake }: { readonly onTake: (text: string) => void }) {
  const versions = ProjectContext.use((state) => state.versions);
  const now = useNow(true, 60_000);
  const earlier = versions.slice(1);
  if (earlier.length === 0) return null;
  return (
    <details className={styles.told}>
      <summary>Earlier versions ({earlier.length})</summary>
      <ul className={styles.list}>
        {earlier.map(({ version, text, createdAt }) => (
          <li key={version}>
            <span className={styles.rowText}>
              {text === '' ? 'no rules' : safeText(text.slice(0, 120))}
              <span className={form.hint}>
                version {version} · {formatAge(createdAt, now)}
              </span>
            </span>
            <Button tone="quiet" aria-label={`Take version ${version} into the field`} onClick={() => onTake(text)}>
              Take
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
