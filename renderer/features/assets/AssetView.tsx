import { useMemo, useState } from 'react';
import { ArrowLeft, AtSign, RefreshCw } from 'lucide-react';
import type { UasNode } from '../../../shared/contracts/uas.ts';
import { compareUas, type UasComparison } from '../../../shared/domain/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf, fileNameOf, formatBytes } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { showChat, useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { ChatContext, toMention } from '../chat/index.ts';
import { AssetsContext } from './assetsStore.ts';
import { Comparison } from './Comparison.tsx';
import { NodeDetails, Properties } from './Properties.tsx';
import { countNodes } from './tree.ts';
import { UasTree } from './UasTree.tsx';
import styles from './Assets.module.css';

/** One asset: what it is, what it refers to and what refers to it, its tree, and what changed since an earlier one. */
export function AssetView({ sessionId, path }: { readonly sessionId: string; readonly path: string }) {
  const { tree, treeCallId, loading, error, described, snapshots, earlier } = AssetsContext.use((state) => state);
  const { open, close, compare } = AssetsContext.useHandle();
  const found = useComparison();
  const added = new Set(found?.added.map(({ id }) => id));
  return (
    <>
      <div className={styles.head}>
        <IconButton label="Back to the search" icon={ArrowLeft} onClick={close} />
        <h2 className={styles.title} title={path}>
          {safeText(fileNameOf(path))}
        </h2>
        <MentionButton sessionId={sessionId} path={path} />
        <IconButton
          label="Read it again"
          icon={RefreshCw}
          disabled={loading}
          onClick={() => void open(sessionId, path)}
        />
      </div>
      <p className={styles.path}>{safeText(path)}</p>
      <Facts />
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {described?.warning === undefined ? null : <Notice tone="warn">{described.warning}</Notice>}
      <References sessionId={sessionId} />
      {snapshots.length === 0 ? null : (
        <label className={styles.compare}>
          Compare with
          <select
            value={earlier?.snapshot.callId ?? ''}
            onChange={({ target: { value } }) => void compare(snapshots.find(({ callId }) => callId === value) ?? null)}
          >
            <option value="">nothing</option>
            {snapshots.map(({ callId, createdAt }) => (
              <option key={callId} value={callId}>
                {new Date(createdAt).toLocaleString('en')}
              </option>
            ))}
          </select>
        </label>
      )}
      {found === null ? null : <Comparison found={found} />}
      {loading && tree === null ? <p className={styles.quiet}>Reading the asset…</p> : null}
      {tree === null ? null : <Tree key={treeCallId} added={added} />}
    </>
  );
}

/** Made again only when one of the trees is another. */
function useComparison(): UasComparison | null {
  const tree = AssetsContext.use((state) => state.tree);
  const earlier = AssetsContext.use((state) => state.earlier?.uas ?? null);
  return useMemo(() => (tree === null || earlier === null ? null : compareUas(earlier, tree)), [tree, earlier]);
}

function Facts() {
  const { described, tree } = AssetsContext.use((state) => state);
  const asset = described?.asset;
  const facts = [
    asset?.type ?? tree?.asset.type ?? null,
    asset?.sizeBytes === undefined ? null : formatBytes(asset.sizeBytes),
    asset?.importer ?? null,
    tree === null || tree.hierarchy.length === 0 ? null : countOf(countNodes(tree.hierarchy), 'object'),
    tree === null || tree.unreadable.length === 0 ? null : `${countOf(tree.unreadable.length, 'part')} not readable`,
  ].filter((fact) => fact !== null);
  return <p className={styles.quiet}>{safeText(facts.join(' · '))}</p>;
}

/** Into the message box: what is asked there is about this asset. */
function MentionButton({ sessionId, path }: { readonly sessionId: string; readonly path: string }) {
  const { drafts } = ChatContext.useHandle();
  const { store } = WindowContext.useHandle();
  const narrow = useOneColumn();
  const mention = (): void => {
    const text = drafts.store.getState().texts.get(sessionId) ?? '';
    const space = text === '' || text.endsWith(' ') ? '' : ' ';
    drafts.setText(sessionId, `${text}${space}${toMention(path)} `);
    showChat(store, narrow);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus());
  };
  return <IconButton label="Mention in the chat" icon={AtSign} onClick={mention} />;
}

function References({ sessionId }: { readonly sessionId: string }) {
  const asset = AssetsContext.use((state) => state.described?.asset);
  const own = AssetsContext.use((state) => state.tree?.dependencies);
  const uses = [...new Set([...(own ?? []), ...(asset?.dependencies ?? [])].map(({ path }) => path))];
  const usedBy = asset?.usedBy;
  return (
    <div className={styles.references}>
      <Paths title="Uses" paths={uses} sessionId={sessionId} />
      {usedBy === undefined ? null : (
        <Paths
          title={asset?.usedByComplete === false ? 'Used by (of what could be looked through)' : 'Used by'}
          paths={usedBy}
          sessionId={sessionId}
        />
      )}
    </div>
  );
}

interface PathsProps {
  readonly title: string;
  readonly paths: readonly string[];
  readonly sessionId: string;
}

function Paths({ title, paths, sessionId }: PathsProps) {
  const { open } = AssetsContext.useHandle();
  return (
    <details className={styles.component}>
      <summary>
        {title} <span className={styles.quiet}>{paths.length}</span>
      </summary>
      <ul className={styles.paths}>
        {paths.map((path) => (
          <li key={path}>
            {path.startsWith('Assets/') ? (
              <button type="button" className={styles.link} onClick={() => void open(sessionId, path)}>
                {safeText(path)}
              </button>
            ) : (
              safeText(path)
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Tree({ added }: { readonly added: ReadonlySet<string> }) {
  const tree = AssetsContext.use((state) => state.tree);
  const [chosenId, setChosenId] = useState<string | null>(null);
  if (tree === null) return null;
  const chosen = chosenId === null ? undefined : nodeOf(tree.hierarchy, chosenId);
  return (
    <>
      {tree.properties === undefined ? null : <Properties values={tree.properties} />}
      {tree.types?.map(({ name, kind, bases, fields }) => (
        <details key={name} className={styles.component}>
          <summary>{safeText(`${kind} ${name}${bases.length === 0 ? '' : `: ${bases.join(', ')}`}`)}</summary>
          <Properties
            values={Object.fromEntries(
              fields.map((field) => [
                field.name,
                `${field.type}${field.initial === undefined ? '' : ` = ${field.initial}`}`,
              ]),
            )}
          />
        </details>
      ))}
      {tree.hierarchy.length === 0 ? null : (
        <UasTree roots={tree.hierarchy} chosenId={chosenId} onChoose={setChosenId} added={added} />
      )}
      {chosen === undefined ? null : <NodeDetails key={chosen.id} node={chosen} />}
      {tree.unreadable.length === 0 ? null : (
        <details className={styles.component}>
          <summary>What could not be read</summary>
          <ul className={styles.paths}>
            {tree.unreadable.map(({ what, why }, index) => (
              <li key={index}>{safeText(`${what}: ${why}`)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function nodeOf(roots: readonly UasNode[], id: string): UasNode | undefined {
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.id === id) return node;
    waiting.push(...node.children);
  }
  return undefined;
}
