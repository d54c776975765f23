import { sessionIdSchema } from '../../../shared/contracts/index.ts';

/** The scheme that the installers register with the system. */
export const linkScheme = 'spark';
const maxChars = 200;

/** What a link of the system may ask for: to look at a session, nothing else. Nothing is ever run, sent or changed by one. */
export interface SparkLink {
  readonly sessionId: string;
}

/** `spark://session/<id>`; undefined for anything else: any web page can hand any text to this. */
export function parseLink(text: string): SparkLink | undefined {
  if (text.length > maxChars || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== `${linkScheme}:` || host !== 'session') return undefined;
  if (`${search}${hash}${username}${password}` !== '') return undefined;
  const id = sessionIdSchema.safeParse(pathname.slice(1).toLowerCase());
  return id.success ? { sessionId: id.data } : undefined;
}

/** The link among the arguments of a start; systems put it last. */
export function linkAmong(parameters: readonly string[]): SparkLink | undefined {
  const [link] = parameters.filter((parameter) => parameter.startsWith(`${linkScheme}:`)).slice(-1);
  return link === undefined ? undefined : parseLink(link);
}
