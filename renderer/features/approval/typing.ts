/** A person who pressed a key in a text field less than this ago is writing: focus is not taken away. */
const typingMs = 2_000;

export const isTextField = (element: Element | null): boolean =>
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type)) ||
  (element instanceof HTMLElement && element.isContentEditable);

let lastKeyAt = Number.NEGATIVE_INFINITY;

/** Call on every key press of the window. */
export function notePress(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  if (!isTextField(target)) return;
  // Enter sends: after it the person waits, until the next key.
  lastKeyAt = event.key === 'Enter' && !event.shiftKey ? Number.NEGATIVE_INFINITY : event.timeStamp;
}

/** Whether the person is writing: a text field has the focus and holds text, or was typed in just now. */
export function isTyping(now = performance.now()): boolean {
  const { activeElement } = document;
  if (!isTextField(activeElement)) return false;
  const text = activeElement instanceof HTMLTextAreaElement || activeElement instanceof HTMLInputElement;
  return (text && activeElement.value !== '') || now - lastKeyAt < typingMs;
}
