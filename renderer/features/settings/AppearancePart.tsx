import { keysOf, showKeys, type ActionId } from '../../lib/shortcuts.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { askPermission } from '../../lib/notifications.ts';
import { ProgramContext } from '../program/index.ts';
import { Choice, Switch } from './Choice.tsx';
import styles from './Choice.module.css';

const themes = [
  { value: 'system', name: 'As the system' },
  { value: 'dark', name: 'Dark' },
  { value: 'light', name: 'Light' },
] as const;
const sizes = [
  { value: 'small', name: 'Small' },
  { value: 'normal', name: 'Normal' },
  { value: 'large', name: 'Large' },
] as const;

/** How the window looks and when it calls. Every window of this machine follows; compact is each window's own. */
export function AppearancePart() {
  const { theme, textSize, compact, notify, alerts, shortcuts } = WindowContext.use((state) => state);
  const { store } = WindowContext.useHandle();
  const onTop = ProgramContext.use((state) => state.setup?.alwaysOnTop ?? null);
  const { act } = ProgramContext.useHandle();
  const keyOf = (id: ActionId): string => {
    const keys = keysOf(id, shortcuts);
    return keys === null ? '' : ` ${showKeys(keys)}`;
  };
  const turnNotify = async (on: boolean): Promise<void> => {
    // The browser asks the person; what it was told before stands.
    store.setState({ notify: on && (await askPermission()) });
  };
  return (
    <div className={styles.rows}>
      <Choice
        label="Theme"
        hint={`Both themes have the same contrast.${keyOf('theme.next')}`}
        value={theme}
        options={themes}
        onChange={(value) => store.setState({ theme: value })}
      />
      <Choice
        label="Text size"
        hint="The browser’s or system’s zoom works too, up to 200 %."
        value={textSize}
        options={sizes}
        onChange={(value) => store.setState({ textSize: value })}
      />
      <Switch
        label="Compact window"
        hint={`One narrow column without rail and panel, to stand beside Unity.${keyOf('compact.toggle')}`}
        on={compact}
        onChange={(on) => store.setState({ compact: on })}
      />
      {onTop === null ? null : (
        <Switch
          label="Always on top"
          hint={`Stays above other windows, Unity’s too.${keyOf('onTop.toggle')}`}
          on={onTop}
          onChange={(on) => void act({ act: 'always_on_top', on })}
        />
      )}
      <Switch
        label="Notifications"
        hint="When an approval waits, a long build has ended or a server’s alert is critical, and this window is not in front."
        on={notify === true}
        onChange={(on) => void turnNotify(on)}
      />
      <Switch
        label="Alerts of the servers"
        hint="What watches the team’s servers, builds and budgets tells here what is wrong, and when it is over."
        on={alerts}
        onChange={(on) => store.setState({ alerts: on })}
      />
    </div>
  );
}
