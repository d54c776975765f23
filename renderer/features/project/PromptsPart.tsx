import { useEffect, useId, useState } from 'react';
import { promptNameSchema, promptTextSchema, type SavedPrompt } from '../../../shared/contracts/projectTexts.ts';
import { Button } from '../../components/Button.tsx';
import { safeText } from '../../lib/safeText.ts';
import { useTyped } from '../program/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ProjectError } from './ProjectError.tsx';
import { ProjectContext, type PromptDraft } from './projectStore.ts';
import form from '../../components/Form.module.css';
import styles from './Project.module.css';

const empty: PromptDraft = { name: '', text: '', everywhere: true };

/** Texts that are said again; `/` in the message box offers them. */
export function PromptsPart() {
  const project = OpenSessionContext.use((state) => state.session?.projectName ?? null);
  // What is half typed is of the project it was typed for: "only here" means that one.
  return <PromptsOf key={project} project={project} />;
}

function PromptsOf({ project }: { readonly project: string | null }) {
  const prompts = ProjectContext.use((state) => state.prompts);
  const { load, deletePrompt } = ProjectContext.useHandle();
  const { texts, type, forget, sending } = useTyped(`prompts ${project ?? ''}`);
  // Empty is a new one; so is one that another window deleted meanwhile.
  const edited = texts['edited'] ?? null;
  const found = prompts?.find(({ promptId }) => promptId === edited);
  useEffect(() => void load(), [load]);
  return (
    <div className={styles.form}>
      <ProjectError />
      {prompts === null ? null : (
        <>
          <p className={form.hint}>
            {prompts.length === 0
              ? 'What you ask for often can be kept here, such as a review, a test or a build with its steps. Type / in the message box to use it.'
              : 'Type / in the message box to use one.'}
          </p>
          {prompts.length === 0 ? null : (
            <ul className={styles.list} aria-label="Saved prompts">
              {prompts.map((prompt) => (
                <li key={prompt.promptId}>
                  <span className={styles.rowText}>
                    <strong>{safeText(prompt.name)}</strong>
                    <span className={form.hint}>
                      {prompt.projectName === null ? 'every project' : `only ${safeText(prompt.projectName)}`} ·{' '}
                      {safeText(prompt.text.slice(0, 120))}
                    </span>
                  </span>
                  <Button
                    tone="quiet"
                    aria-label={`Change ${prompt.name}`}
                    onClick={() => type('edited', prompt.promptId)}
                  >
                    Change
                  </Button>
                  <Button
                    tone="quiet"
                    aria-label={`Delete ${prompt.name}`}
                    onClick={() => {
                      if (edited === prompt.promptId) forget();
                      void deletePrompt(prompt.promptId);
                    }}
                  >
                    Delete
                  </Button>
                </li>
              ))}
            </ul>
          )}
          {edited === null ? (
            <div>
              <Button onClick={() => type('edited', '')}>Add a prompt</Button>
            </div>
          ) : (
            <PromptForm
              key={edited}
              project={project}
              edited={edited}
              draft={found === undefined ? empty : draftOf(found)}
              // A save that ends when another prompt is open already must not close that one.
              onDone={sending()}
            />
          )}
        </>
      )}
    </div>
  );
}

const draftOf = ({ promptId, name, text, projectName }: SavedPrompt): PromptDraft => ({
  promptId,
  name,
  text,
  everywhere: projectName === null,
});

function PromptForm(props: {
  readonly project: string | null;
  /** Whose text it is, also when the prompt was deleted elsewhere; empty is a new one. */
  readonly edited: string;
  readonly draft: PromptDraft;
  readonly onDone: () => void;
}) {
  const { project, edited, draft, onDone } = props;
  const { savePrompt } = ProjectContext.useHandle();
  const fieldId = useId();
  // Of a new one that was typed on while it was saved: saved again it must not be a second one.
  const [savedId, setSavedId] = useState<string | null>(null);
  const { texts, type, forget, sending } = useTyped(`prompt ${project ?? ''} ${edited}`);
  const name = texts['name'] ?? draft.name;
  const text = texts['text'] ?? draft.text;
  const where = texts['where'] ?? (draft.everywhere ? 'all' : 'here');
  const everywhere = project === null || where === 'all';
  const close = (): void => {
    forget();
    onDone();
  };
  const save = async (): Promise<void> => {
    const settle = sending();
    const promptId = savedId === null ? {} : { promptId: savedId };
    const id = await savePrompt({ ...draft, ...promptId, name: name.trim(), text: text.trim(), everywhere });
    if (id === null) return;
    if (settle()) onDone();
    else setSavedId(id);
  };
  const isValid = promptNameSchema.safeParse(name).success && promptTextSchema.safeParse(text).success;
  return (
    <form
      className={styles.edit}
      aria-label={draft.promptId === undefined ? 'New prompt' : `Change ${draft.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label htmlFor={`${fieldId}-name`}>Name</label>
      <input
        id={`${fieldId}-name`}
        value={name}
        maxLength={60}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked for this form
        autoFocus
        onChange={(event) => type('name', event.target.value)}
      />
      <label htmlFor={`${fieldId}-text`}>Text</label>
      <textarea
        id={`${fieldId}-text`}
        rows={5}
        value={text}
        maxLength={20_000}
        onChange={(event) => type('text', event.target.value)}
      />
      {project === null ? null : (
        <label className={form.check}>
          <input
            type="checkbox"
            checked={!everywhere}
            onChange={(event) => type('where', event.target.checked ? 'here' : 'all')}
          />
          Only in {safeText(project)}
        </label>
      )}
      <div className={form.foot}>
        <Button tone="quiet" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isValid}>
          Save the prompt
        </Button>
      </div>
    </form>
  );
}
