import { watch } from 'node:fs';

/** A build writes many files; the page is loaded again when no more have come for this long. */
const settleMs = 400;

/**
 * In development the window is built again at every change; this tells when that is done. Returns what ends the watch. A
 * folder that cannot be watched throws, as `fs.watch` does.
 */
export function watchPages(root: string, onBuilt: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(root, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(onBuilt, settleMs);
  });
  // The folder may go for a moment while it is built; the next start watches it again.
  watcher.on('error', () => undefined);
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
