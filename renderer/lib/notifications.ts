/** Whether the browser or the system shows notifications of this page; asks the person where nobody has answered yet. */
export async function askPermission(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  if (Notification.permission !== 'default') return Notification.permission === 'granted';
  return (await Notification.requestPermission()) === 'granted';
}

/** Shows one where it is permitted; a permission that was taken back meanwhile is nobody's error. */
export function showNotification(
  alert: { readonly title: string; readonly body: string; readonly tag: string },
  onClick: () => void,
): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const shown = new Notification(alert.title, { body: alert.body, tag: alert.tag });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
    onClick();
  });
}

/** The person can see the window: it is not hidden, and it has the focus. */
export const isInFront = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
