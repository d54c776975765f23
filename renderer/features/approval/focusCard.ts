/**
 * The focus without the browser's own scrolling: that puts the card into the middle, and the conversation would no longer
 * follow its end. A moment later, when the rows around it are measured, it is brought into sight if it is not.
 */
export function focusCard(card: HTMLElement | null | undefined): void {
  card?.focus({ preventScroll: true });
  requestAnimationFrame(() => card?.scrollIntoView({ block: 'nearest' }));
}
