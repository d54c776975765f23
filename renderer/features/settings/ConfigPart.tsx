import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { ProgramContext, TestLine, type ConnectionTarget } from '../program/index.ts';
import { ConfigRow } from './ConfigRow.tsx';
import { Reading } from './Reading.tsx';
import { fits, itemsOf, itemText, sections, type SectionId } from './sections.ts';
import { useConfigDraft } from './useConfigDraft.ts';
import form from '../../components/Form.module.css';

const targets: Readonly<Partial<Record<SectionId, readonly ConnectionTarget[]>>> = {
  model: ['model'],
  unity: ['unity'],
  nats: ['nats'],
  database: ['primary', 'replica', 'analytics'],
};

/** The variables under a heading. Saving uses them at once: what runs would be cut, so it is refused while something does. */
export function ConfigPart({ id, search }: { readonly id: SectionId; readonly search: string }) {
  const config = ProgramContext.use((state) => state.config);
  const busy = ProgramContext.use((state) => state.busy);
  const { update } = ProgramContext.useHandle();
  const draft = useConfigDraft(id);
  const [saved, setSaved] = useState(false);
  if (config === null) return <Reading what="program" />;
  const all = itemsOf(id, config.items);
  const isWhole =
    search.trim() === '' ||
    fits(sections.map((one) => (one.id === id ? `${one.title} ${one.words}` : '')).join(''), search.trim());
  const items = isWhole ? all : all.filter((item) => fits(itemText(item), search.trim()));
  const hasSecret = all.some(({ kind, locked }) => kind === 'secret' && locked === null);

  async function save(): Promise<void> {
    const settle = draft.sending();
    const isSaved = await update(draft.values);
    setSaved(isSaved ? settle() : false);
  }
  return (
    <form
      onChange={() => setSaved(false)}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {hasSecret ? (
        <p className={form.hint}>
          {config.secrets === 'kept'
            ? 'Keys and passwords are kept in this system’s secret store and never sent to the window.'
            : 'Keys and passwords that you enter here hold until SPARK ends and are written nowhere: this host has no secret store. Set them in its environment to keep them.'}
        </p>
      ) : null}
      {items.map((item) => (
        <ConfigRow key={item.name} item={item} draft={draft} />
      ))}
      {(targets[id] ?? []).map((target) => (
        <TestLine key={target} target={target} values={draft.values} />
      ))}
      <div className={form.foot}>
        <span role="status" className={form.hint}>
          {busy === 'saving' ? 'Opening with the new values…' : saved ? 'Saved and in use.' : ''}
        </span>
        {draft.isChanged ? (
          <Button tone="quiet" onClick={draft.clear}>
            Put back
          </Button>
        ) : null}
        {all.some(({ locked }) => locked === null) ? (
          <Button type="submit" disabled={!draft.isChanged || !draft.isValid || busy !== null}>
            Save and use
          </Button>
        ) : null}
      </div>
    </form>
  );
}
