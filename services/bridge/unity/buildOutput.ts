import { access } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import { AppError, ValidationError } from '../../../shared/errors/index.ts';
import { resolveInProject } from './diskPath.ts';

/** Folders that Unity or the project itself fills; a player there would be imported, packed again or deleted. */
const reservedFolders = /^(assets|packages|projectsettings|usersettings|library|temp|obj|logs|captures|\.[^/]*)(\/|$)/i;

/** Inside the project, in a folder of its own; the same rules for names as for assets. Throws `invalid_input`. */
export function requireOutputPath(input: string): string {
  const path = input.trim().replace(/^\.\//, '');
  const parsed = parseAssetPath(`Assets/${path}`);
  const taken = reservedFolders.exec(path)?.[1];
  if (parsed.kind === 'refused') throw refused(input, parsed.why);
  if (taken !== undefined) throw refused(input, `inside ${taken}/, which is not for players; use Builds/`);
  return path;
}

/** Where Unity builds to when no path is given. */
const defaultFolder = 'Builds';

/**
 * A linked folder inside the project may lead anywhere, and a build overwrites and deletes there. Throws `invalid_input`
 * for the path that was asked for, `unity_rejected` when Unity's own folder is such a link.
 */
export async function requireInsideProject(root: string, path: string | undefined): Promise<void> {
  const target = path ?? defaultFolder;
  const real = await resolveInProject(root, target);
  const taken = real === null ? undefined : reservedFolders.exec(real)?.[1];
  if (real !== null && taken === undefined) return;
  const where = taken === undefined ? 'out of the project' : `into ${taken}/, which is not for players`;
  if (path !== undefined) throw refused(path, `it is, or goes through, a link that leads ${where}`);
  throw new AppError(
    'unity_rejected',
    `The folder ${defaultFolder}, which Unity builds to, is a link that leads ${where}. Give another output path, or replace the link. Nothing was built.`,
    { data: { path: defaultFolder } },
  );
}

/**
 * Where a finished build lies on this machine; null when it is not there, or not inside the project: only what SPARK has
 * built is shown.
 */
export async function locateOutput(root: string, outputPath: string): Promise<string | null> {
  const inside = relative(root, resolve(root, outputPath)).split(sep).join('/');
  if (inside === '' || inside === '..' || inside.startsWith('../') || isAbsolute(inside)) return null;
  const real = await resolveInProject(root, inside);
  if (real === null || reservedFolders.test(real)) return null;
  const path = join(root, ...real.split('/'));
  return await access(path).then(
    () => path,
    () => null,
  );
}

const refused = (input: string, why: string): ValidationError =>
  new ValidationError(`The build cannot be written to ${JSON.stringify(input)}: ${why}.`, [
    { path: 'outputPath', message: why },
  ]);
