import { DropdownMenu } from 'radix-ui';
import { Check, ChevronUp } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { SettingsContext } from '../settings/index.ts';
import floating from '../../components/Floating.module.css';
import styles from './Composer.module.css';

const choices = [
  { value: 'interrupt', name: 'Enter stops the answer and sends', other: 'Alt+Enter sends after it' },
  { value: 'queue', name: 'Enter sends after the answer', other: 'Alt+Enter stops it and sends' },
] as const;

/** What Enter does while SPARK answers. */
export function SendOptions() {
  const whileBusy = SettingsContext.use((state) => state.settings?.whileBusy ?? 'interrupt');
  const { update } = SettingsContext.useHandle();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.options} aria-label="While SPARK answers">
        <ChevronUp aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={cx(floating.floating, styles.popup)} side="top" align="end" sideOffset={6}>
          <DropdownMenu.Label className={styles.hint}>While SPARK answers</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={whileBusy}>
            {choices.map(({ value, name, other }) => (
              <DropdownMenu.RadioItem
                key={value}
                value={value}
                className={styles.choice}
                onSelect={() => void update({ whileBusy: value })}
              >
                <span className={styles.mark}>
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span>
                  {name}
                  <span className={styles.other}>{other}</span>
                </span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
