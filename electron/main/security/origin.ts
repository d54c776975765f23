export const appScheme = 'app';
const appHost = 'spark';
/** The one origin whose pages may talk to main. */
export const appOrigin = `${appScheme}://${appHost}`;
export const appUrl = `${appOrigin}/`;

/** True for pages and assets of the window, by parsed parts: a prefix would also fit `app://spark.evil/`. */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost;
}
