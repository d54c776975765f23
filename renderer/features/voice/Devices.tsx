import { Popover } from 'radix-ui';
import { SlidersHorizontal } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { cx } from '../../lib/cx.ts';
import { DeviceChoice } from './DeviceChoice.tsx';
import floating from '../../components/Floating.module.css';
import styles from './Voice.module.css';

/** Microphone and loudspeaker, behind a button: they are chosen once. */
export function Devices() {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label="Devices" icon={SlidersHorizontal} side="top" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={cx(floating.floating, styles.devices)}
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Devices"
        >
          <DeviceChoice />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
