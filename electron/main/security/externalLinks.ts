import type { Logger } from '../../../shared/node/logging/index.ts';

/** Where a link in the window may lead: manuals of what SPARK works with. A model's own links are not among them. */
const allowedHosts: ReadonlySet<string> = new Set([
  'docs.unity3d.com',
  'learn.microsoft.com',
  'platform.openai.com',
  'unity.com',
]);

export function isAllowedExternalLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  return protocol === 'https:' && allowedHosts.has(hostname) && port === '' && username === '' && password === '';
}

/** The only way out to the system's browser. Returns whether the link was opened. */
export type OpenExternal = (url: string) => boolean;

export function makeOpenExternal(options: {
  readonly shell: { openExternal(url: string): Promise<void> };
  readonly logger: Logger;
}): OpenExternal {
  const { shell, logger } = options;
  return (url) => {
    if (!isAllowedExternalLink(url)) {
      logger.warn({ url: url.slice(0, 200) }, 'an external link was refused');
      return false;
    }
    shell.openExternal(url).catch((error: unknown) => {
      logger.warn({ err: error }, 'the browser could not be opened');
    });
    return true;
  };
}
