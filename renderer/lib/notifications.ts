/** Whether the browser or the system shows notifications of this page; asks the person where nobody has answered yet. */
export async function askPermission(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  if (Notification.permission !== 'default') return Notification.permission === 'granted';
  return (await Notification.requestPermission()) === 'granted';
}
