import { cx } from '../../lib/cx.ts';
import type { MenuChoice } from './useMenuChoice.ts';
import styles from './Composer.module.css';

/** The choices of a menu above the composer's line. `rowOf` says what stands in a row, as it is shown. */
export function MenuList<Choice>({
  menu,
  label,
  rowOf,
}: {
  readonly menu: MenuChoice<Choice>;
  readonly label: string;
  readonly rowOf: (choice: Choice) => { readonly key: string; readonly name: string; readonly detail: string };
}) {
  return (
    <ul id={menu.listId} role="listbox" aria-label={label} className={styles.offers}>
      {menu.choices.map((choice, index) => {
        const { key, name, detail } = rowOf(choice);
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- its keys are those of the text field
          <li
            key={key}
            id={`${menu.listId}-${index}`}
            role="option"
            aria-selected={index === menu.active}
            tabIndex={-1}
            className={cx(styles.offer, index === menu.active && styles.activeOffer)}
            // The focus stays in the text.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.pick(choice)}
          >
            <span className={styles.offerName}>{name}</span>
            <span className={styles.offerDetail}>{detail}</span>
          </li>
        );
      })}
    </ul>
  );
}
