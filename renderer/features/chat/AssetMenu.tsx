import { folderOf } from '../../../shared/domain/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { AssetSearchContext } from './assetSearch.ts';
import type { AssetMenuHandle } from './useAssetMenu.ts';
import styles from './Composer.module.css';

/** The assets that `@` offers, above the line; the focus stays in the text. */
export function AssetMenu({ menu }: { readonly menu: AssetMenuHandle }) {
  const { word, searching, why, total } = AssetSearchContext.use((state) => state);
  if (!menu.isOpen) return null;
  const left = total - menu.assets.length;
  return (
    <div className={styles.menu}>
      <ul id={menu.listId} role="listbox" aria-label="Assets" className={styles.assets}>
        {menu.assets.map((asset, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its keys are those of the text field
          <li
            key={asset.path}
            id={`${menu.listId}-${index}`}
            role="option"
            aria-selected={index === menu.active}
            tabIndex={-1}
            className={cx(styles.asset, index === menu.active && styles.activeAsset)}
            // The focus stays in the text.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.pick(asset)}
          >
            <span className={styles.assetName}>{fileNameOf(asset.path)}</span>
            <span className={styles.assetFolder}>{folderOf(asset.path)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.hint} role="status">
        {why ?? hintOf(menu.assets.length, left, searching, word ?? '')}
      </p>
    </div>
  );
}

function hintOf(found: number, left: number, searching: boolean, word: string): string {
  if (found === 0) return searching ? 'Searching the project…' : `No asset is named “${word}”.`;
  return left > 0 ? `Enter takes it. ${countOf(left, 'asset')} more: type more of the name.` : 'Enter takes it.';
}
