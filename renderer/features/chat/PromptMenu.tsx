import { cx } from '../../lib/cx.ts';
import { safeText } from '../../lib/safeText.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { Button } from '../../components/Button.tsx';
import type { PromptMenuHandle } from './usePromptMenu.ts';
import styles from './Composer.module.css';

/** The saved prompts that `/` offers, above the line; the focus stays in the text. */
export function PromptMenu({ menu }: { readonly menu: PromptMenuHandle }) {
  const { store } = WindowContext.useHandle();
  if (!menu.isOpen) return null;
  return (
    <div className={styles.menu}>
      {menu.prompts.length === 0 ? (
        <p className={styles.hint}>
          No prompts are saved yet. What you ask for often can be kept.{' '}
          <Button tone="quiet" onClick={() => showSettings(store, 'prompts')}>
            Save one
          </Button>
        </p>
      ) : (
        <ul id={menu.listId} role="listbox" aria-label="Saved prompts" className={styles.assets}>
          {menu.prompts.map((prompt, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its keys are those of the text field
            <li
              key={prompt.promptId}
              id={`${menu.listId}-${index}`}
              role="option"
              aria-selected={index === menu.active}
              tabIndex={-1}
              className={cx(styles.asset, index === menu.active && styles.activeAsset)}
              // The focus stays in the text.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => menu.pick(prompt)}
            >
              <span className={styles.assetName}>{safeText(prompt.name)}</span>
              <span className={styles.assetFolder}>{safeText(prompt.text.slice(0, 200))}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
