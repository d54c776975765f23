/**
 * Loads a module that draws with uPlot. While that loads it asks for numbers in the browser's language, and it does not
 * load where the browser names one that no browser knows (`en-US@posix` under LANG=C): it is told English there. Our own
 * texts do not read the browser's language.
 */
export async function loadChart<T>(load: () => Promise<T>): Promise<T> {
  if (!isLanguage(navigator.language))
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  return await load();
}

function isLanguage(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}
