import { hasModifier, isMac } from './hooks.ts';

/**
 * What can be done by key, and by which unless the person chose others. A combination is written `mod+shift+k`: `mod` is
 * ⌘ on a Mac and Ctrl elsewhere. They avoid what a browser keeps for itself (N, T, W).
 */
export const defaultKeys = {
  'palette.open': 'mod+k',
  'session.new': 'mod+j',
  'session.fork': null,
  'session.export': null,
  'session.archive': null,
  'session.restore': null,
  'sidebar.toggle': 'mod+b',
  'panel.toggle': 'mod+.',
  'panel.preview': 'mod+1',
  'panel.changes': 'mod+2',
  'panel.build': 'mod+3',
  'panel.console': 'mod+4',
  'panel.assets': 'mod+5',
  'chat.show': 'mod+shift+x',
  'composer.focus': 'mod+/',
  'change.undo': 'mod+alt+z',
  'preview.render': 'mod+shift+e',
  'build.start': 'mod+shift+b',
  'insights.show': 'mod+shift+g',
  'history.show': 'mod+f',
  'health.show': 'mod+shift+h',
  'settings.show': 'mod+,',
  'setup.show': null,
  'report.copy': null,
  'answer.stop': null,
  'theme.next': 'mod+shift+l',
  'compact.toggle': 'mod+shift+m',
  'onTop.toggle': 'mod+shift+u',
  'window.new': null,
} as const satisfies Readonly<Record<string, string | null>>;

export type ActionId = keyof typeof defaultKeys;

/**
 * Keys that always do an action, besides its own. The browser's find sees only the part of a conversation that is in the
 * page, so what people press for it searches here; editors have it on the other one.
 */
export const alsoKeys: Readonly<Partial<Record<ActionId, string>>> = { 'history.show': 'mod+shift+f' };
export const actionIds = Object.keys(defaultKeys) as readonly ActionId[];
export type ChosenKeys = Readonly<Partial<Record<string, string | null>>>;

/** Keys of places, always the same: listed so that a person finds them. */
export const fixedKeys = [
  { name: 'Send the message', keys: 'enter' },
  { name: 'Send it the other way (interrupt or queue)', keys: 'alt+enter' },
  { name: 'A new line in the message', keys: 'shift+enter' },
  { name: 'Stop the answer; close what is open', keys: 'esc' },
  { name: 'Go to what waits for you', keys: 'alt+a' },
  { name: 'Approve', keys: 'enter' },
  { name: 'Deny', keys: 'backspace' },
  { name: 'Edit before approving', keys: 'e' },
  { name: 'Always allow here', keys: 'a' },
  { name: 'Hold to talk', keys: 'ctrl+space' },
  { name: 'Search everything, as well', keys: 'mod+shift+f' },
] as const;

/** The combination of an action: the person's, else the default; null where it has none. */
export function keysOf(id: ActionId, chosen: ChosenKeys): string | null {
  const own = chosen[id];
  return own === undefined ? defaultKeys[id] : own;
}

interface KeyPress {
  readonly key: string;
  readonly code?: string;
  readonly metaKey: boolean;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The combination that is pressed; null for a key that only goes with others, and for none with the modifier. */
export function combinationOf(event: KeyPress): string | null {
  if (['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'Dead', 'Process'].includes(event.key)) return null;
  // Shift turns 1 into ! and , into <; where the letter is says what was meant.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code ?? '')?.[1];
  const key = digit ?? (event.key === ' ' ? 'space' : event.key.toLowerCase());
  const isFunction = /^f\d{1,2}$/.test(key);
  if (!hasModifier(event) && !isFunction) return null;
  // The other of the two is no part of any combination here.
  if (isMac() ? event.ctrlKey : event.metaKey) return null;
  return [
    ...(hasModifier(event) ? ['mod'] : []),
    ...(event.altKey ? ['alt'] : []),
    ...(event.shiftKey ? ['shift'] : []),
    key,
  ].join('+');
}

const macSigns: Readonly<Record<string, string>> = { mod: '⌘', alt: '⌥', shift: '⇧', ctrl: '⌃' };
const words: Readonly<Record<string, string>> = { mod: 'Ctrl', alt: 'Alt', shift: 'Shift', ctrl: 'Ctrl' };
const names: Readonly<Record<string, string>> = { enter: 'Enter', backspace: 'Backspace', esc: 'Esc', space: 'Space' };

/** As it is shown: `⇧⌘K`, `Ctrl Shift K`. */
export function showKeys(combination: string): string {
  const parts = combination.split(/\+(?!$)/);
  const shown = parts.map(
    (part) =>
      (isMac() ? macSigns[part] : words[part]) ?? names[part] ?? part.replace(/^./, (first) => first.toUpperCase()),
  );
  return shown.join(isMac() && parts.length > 1 ? '' : ' ');
}

/** The browser and the system act on these before a page is asked, or people's hands expect them in text. */
const taken = new Set(
  ['n', 't', 'w', 'q', 'r', 'l', 'a', 'c', 'v', 'x', 'z', 'y', 'p', 's', '0', '+', '-', '=']
    .map((key) => `mod+${key}`)
    .concat(['mod+shift+n', 'mod+shift+t', 'mod+shift+w', 'mod+shift+i', 'mod+shift+j', 'f5', 'f11', 'f12']),
);

/** Why an action cannot have the combination, or null. */
export function problemOfKeys(
  id: ActionId,
  combination: string,
  chosen: ChosenKeys,
  nameOf: (id: ActionId) => string,
): string | null {
  if (taken.has(combination)) return `${showKeys(combination)} belongs to the browser or to text fields.`;
  const other = actionIds.find(
    (one) => one !== id && (keysOf(one, chosen) === combination || alsoKeys[one] === combination),
  );
  return other === undefined ? null : `${showKeys(combination)} is “${nameOf(other)}” already.`;
}
