import { useState } from 'react';
import { Boxes } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { AssetsContext } from './assetsStore.ts';
import { AssetView } from './AssetView.tsx';
import styles from './Assets.module.css';

/** Find an asset, bring one in, take it apart. */
export function AssetsPanel() {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const path = AssetsContext.use((state) => state.path);
  if (sessionId === null) return null;
  return (
    <div className={styles.panel}>
      {path === null ? <Search sessionId={sessionId} /> : <AssetView sessionId={sessionId} path={path} />}
    </div>
  );
}

function Search({ sessionId }: { readonly sessionId: string }) {
  const { word, found, searching, error } = AssetsContext.use((state) => state);
  const { search, open } = AssetsContext.useHandle();
  return (
    <>
      <input
        type="search"
        className={styles.search}
        aria-label="Search assets by name"
        placeholder="Search assets by name"
        maxLength={128}
        value={word}
        onChange={(event) => search(sessionId, event.target.value)}
      />
      <BringIn sessionId={sessionId} />
      {error === null ? null : (
        <Notice tone="bad" actions={<Button onClick={() => search(sessionId, word)}>Try again</Button>}>
          {error.message}
        </Notice>
      )}
      <p role="status" className={styles.quiet}>
        {searching ? 'Searching…' : found === null ? '' : summaryOf(found.assets.length, found.total)}
      </p>
      {found === null && !searching && error === null ? (
        <EmptyState icon={Boxes} title="Look into an asset">
          Search by name and open it: its objects and components, what it uses and what uses it, and what changed since
          it was read last. Only its saved file is read.
        </EmptyState>
      ) : (
        <ul className={styles.found} aria-label="Found assets">
          {found?.assets.map((asset) => (
            <li key={asset.path}>
              <button type="button" className={styles.asset} onClick={() => void open(sessionId, asset.path)}>
                <span className={styles.name}>{safeText(fileNameOf(asset.path))}</span>
                <span className={styles.quiet}>{safeText(asset.type)}</span>
                <span className={styles.where}>{safeText(asset.path)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const summaryOf = (shown: number, total: number): string => {
  if (total === 0) return 'No asset has such a name.';
  return shown < total ? `${shown} of ${countOf(total, 'asset')}; more letters find the rest` : countOf(total, 'asset');
};

/** A file of this machine, by its path: a browser tells no page where a chosen file lies. */
function BringIn({ sessionId }: { readonly sessionId: string }) {
  const loading = AssetsContext.use((state) => state.loading);
  const { bringIn } = AssetsContext.useHandle();
  const [source, setSource] = useState('');
  return (
    <details className={styles.component}>
      <summary>Bring in a file</summary>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (source.trim() !== '') void bringIn(sessionId, source.trim());
        }}
      >
        <input
          className={styles.search}
          aria-label="Path of a file on this machine"
          placeholder="/home/me/Pictures/crate.png"
          maxLength={4_096}
          value={source}
          onChange={(event) => setSource(event.target.value)}
        />
        <Button type="submit" disabled={loading || source.trim() === ''}>
          {loading ? 'Copying…' : 'Copy in'}
        </Button>
      </form>
      <p className={styles.quiet}>It is copied into the project’s folder for its type, never over another file.</p>
    </details>
  );
}
