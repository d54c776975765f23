/** The text that a token stands for at `host` now, such as a size or a font's name. */
export const tokenText = (host: HTMLElement, token: string): string =>
  getComputedStyle(host).getPropertyValue(token).trim();

/**
 * Reads the colours of tokens at `host` as they are now. A canvas knows no variables: an element that is given the
 * token says what colour it is.
 */
export function colourReader(host: HTMLElement): (token: string) => string {
  return (token) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${token})`;
    host.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
