import { posix } from 'node:path';

/** Name (no `.cs`) and folder of a script URI: `mcpforunity://path/Assets/...`, `file://...` or a plain path. */
export function splitScriptUri(uri: string): { readonly name: string; readonly folder: string } {
  let path = uri.replace(/^mcpforunity:\/\/path\//, '').replace(/^file:\/\//, '');
  path = decodeURIComponent(path.replace(/%(?![0-9a-fA-F]{2})/g, '%25')).replaceAll('\\', '/');
  const assets = path.split('/').findIndex((part) => part.toLowerCase() === 'assets');
  const parts = assets === -1 ? path.split('/') : path.split('/').slice(assets);
  const clean = posix.normalize(parts.filter((part) => part !== '').join('/'));
  return { name: posix.basename(clean).replace(/\.cs$/i, ''), folder: posix.dirname(clean).replace(/^\.$/, '') };
}
