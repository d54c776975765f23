import { folderOf } from '../../../shared/domain/index.ts';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { cx } from '../../lib/cx.ts';
import { AssetSearchContext, type FoundAsset } from './assetSearch.ts';
import { MenuList } from './MenuList.tsx';
import type { MenuChoice } from './useMenuChoice.ts';
import floating from '../../components/Floating.module.css';
import styles from './Composer.module.css';

/** The assets that `@` offers, above the line; the focus stays in the text. */
export function AssetMenu({ menu }: { readonly menu: MenuChoice<FoundAsset> }) {
  const { word, searching, why, total } = AssetSearchContext.use((state) => state);
  if (!menu.isOpen) return null;
  const left = total - menu.choices.length;
  return (
    <div className={cx(floating.floating, styles.menu)}>
      <MenuList
        menu={menu}
        label="Assets"
        rowOf={({ path }) => ({ key: path, name: fileNameOf(path), detail: folderOf(path) })}
      />
      <p className={styles.hint} role="status">
        {why ?? hintOf(menu.choices.length, left, searching, word ?? '')}
      </p>
    </div>
  );
}

function hintOf(found: number, left: number, searching: boolean, word: string): string {
  if (found === 0) return searching ? 'Searching the project…' : `No asset is named “${word}”.`;
  return left > 0 ? `Enter takes it. ${countOf(left, 'asset')} more: type more of the name.` : 'Enter takes it.';
}
