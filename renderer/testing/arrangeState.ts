import type { Composition } from '../app/composition.ts';
import { drawFrame } from './drawFrame.ts';
import type { FakeClient } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';

/** What is done in a window that stands, until it shows the state. */
export async function arrange(state: GalleryState, parts: Composition, client: FakeClient): Promise<void> {
  const { sessionId } = state.snapshot.session;
  if (state.undo !== undefined) await parts.changes.undo(state.window?.changeId ?? '');
  if (state.search !== undefined) parts.history.filter(state.search);
  if (state.team !== undefined) {
    parts.team.show('');
    parts.team.filter(state.team.filter ?? {});
    if (state.team.open !== undefined) parts.team.open(...state.team.open);
  }
  if (state.laterHealth !== undefined) client.push('health.changed', { health: state.laterHealth });
  for (const alert of state.laterAlerts ?? []) client.push('alert.changed', { alert });
  if (state.offer !== undefined) parts.attention.store.setState({ offer: state.offer });
  if (state.offline === true) client.setConnection('closed');
  if (state.voice !== undefined) parts.voice.store.setState({ sessionId, ...state.voice });
  if (state.draft !== undefined) {
    parts.chat.drafts.setText(sessionId, state.draft.text);
    const drawn = Array.from({ length: state.draft.images }, (_, index) => drawFrame(`0${index + 1}`));
    await parts.chat.drafts.addFiles(
      sessionId,
      (await Promise.all(drawn)).map((bytes) => new Blob([bytes])),
    );
  }
  if (state.type !== undefined) {
    const field = document.querySelector<HTMLTextAreaElement>('[data-testid="composer"]');
    field?.focus();
    document.execCommand('insertText', false, state.type);
    await shown('the list of assets', () => document.querySelector('[role="listbox"]'));
  }
  if (state.asset?.word !== undefined) parts.assets.search(sessionId, state.asset.word);
  else if (state.asset !== undefined) {
    await parts.assets.open(sessionId, state.asset.open?.asset.path ?? 'Assets/Scenes/Main.unity');
  }
  if (state.chosenLines !== undefined) {
    await shown('lines of the console', () => document.querySelector('[data-testid="console-list"]'));
    parts.console.select(state.chosenLines);
  }
  if (state.press !== undefined) {
    for (const press of [state.press].flat()) {
      const button = await shown(press, () => buttonNamed(press));
      button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
      button.click();
    }
  }
}

/** The first button of that name, or whose name begins so. */
function buttonNamed(wanted: string): HTMLElement | undefined {
  const nameOf = (button: HTMLElement): string => button.getAttribute('aria-label') ?? button.innerText;
  const buttons = [...document.querySelectorAll<HTMLElement>('button, [role="menuitem"]')];
  return (
    buttons.find((button) => nameOf(button) === wanted) ?? buttons.find((button) => nameOf(button).startsWith(wanted))
  );
}

/** Parts of the window come a moment later. A state that never comes is an error: nobody looks at half of it. */
async function shown<T>(what: string, find: () => T | null | undefined): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = find();
    if (found !== null && found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The gallery's state does not show ${what}.`);
}
