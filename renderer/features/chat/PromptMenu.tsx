import type { SavedPrompt } from '../../../shared/contracts/projectTexts.ts';
import { safeText } from '../../lib/safeText.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { MenuList } from './MenuList.tsx';
import type { MenuChoice } from './useMenuChoice.ts';
import floating from '../../components/Floating.module.css';
import styles from './Composer.module.css';

/** The saved prompts that `/` offers, above the line; the focus stays in the text. */
export function PromptMenu({ menu }: { readonly menu: MenuChoice<SavedPrompt> }) {
  const { store } = WindowContext.useHandle();
  if (!menu.isOpen) return null;
  return (
    <div className={cx(floating.floating, styles.menu)}>
      {menu.choices.length === 0 ? (
        <p className={styles.hint}>
          No prompts are saved yet. What you ask for often can be kept.{' '}
          <Button tone="quiet" onClick={() => showSettings(store, 'prompts')}>
            Save one
          </Button>
        </p>
      ) : (
        <MenuList
          menu={menu}
          label="Saved prompts"
          rowOf={({ promptId, name, text }) => ({
            key: promptId,
            name: safeText(name),
            detail: safeText(text.slice(0, 200)),
          })}
        />
      )}
    </div>
  );
}
