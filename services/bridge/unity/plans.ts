import { AppError, ValidationError } from '../../../shared/errors/index.ts';
import { isUnder } from '../../../shared/domain/index.ts';
import type { CsharpChecker, CsharpReport } from './csharp.ts';
import { requireAssetPath, sha256Of, type FileText, type ProjectFiles } from './files.ts';
import { dominantEnding, withEnding, withEndingsOf } from './lineEndings.ts';
import { applySearchReplace, type PatchResult, type SearchReplace } from './patch.ts';
import { changesOf, requireDistinct, type FileChange } from './fileChanges.ts';
import { applyHunks } from './hunks.ts';
import { requireEdits, type FindEdits, type FoundEdits } from './textEdits.ts';
import type { FilePatch, WritePlan } from './types.ts';

/**
 * Plans: what exactly would be written, made from the file as it is now. Everything that can be refused is refused here,
 * before a person is asked and before anything is sent.
 */
export interface Plans {
  readonly planScript: (
    args: { name: string; path?: string | undefined; contents: string },
    signal: AbortSignal,
  ) => Promise<WritePlan>;
  readonly planPatch: (
    args: { path: string; edits: readonly SearchReplace[] },
    signal: AbortSignal,
  ) => Promise<WritePlan>;
  /** What a person made of a plan's text, against the file as it is now and by every rule of a plan. */
  readonly replan: (plan: WritePlan, edited: string, signal: AbortSignal) => Promise<WritePlan>;
  readonly planPatches: (patches: readonly FilePatch[], signal: AbortSignal) => Promise<WritePlan[]>;
}

const defaultFolder = 'Assets/Scripts';
/** Larger ones are generated data, which belongs into an asset; the server takes requests up to 4 MiB. */
const maxScriptBytes = 2 * 1024 * 1024;
/** As much of the file as a model can use to write its patch again. */
const shownCharacters = 20_000;

export function makePlans(deps: {
  readonly files: Pick<ProjectFiles, 'read' | 'root'>;
  readonly csharp: CsharpChecker;
  readonly findEdits: FindEdits;
}): Plans {
  const { files, csharp, findEdits } = deps;

  async function finish(path: string, before: FileText | null, after: string, extra: PlanExtra): Promise<WritePlan> {
    requireWritable(path, before, after);
    const report = await csharp.check(after);
    const wasBroken = before !== null && (await csharp.check(before.text)).problems.length > 0;
    if (report.problems.length > 0 && !wasBroken) throw syntaxError(path, after, report);
    const isEdit = before !== null && before.text !== after;
    const isByUnityOnly = isEdit && (await files.root(extra.signal)) === null;
    if (isByUnityOnly) requireEdits(await findEdits(before.text, after));
    const warnings = [
      ...extra.warnings,
      ...(isByUnityOnly ? remoteWarnings(path, await findEdits(after, before.text)) : []),
      ...(report.problems.length > 0 ? ['The file has syntax errors, as it had before this change.'] : []),
      ...nameWarnings(path, report.types),
    ];
    return {
      path,
      before: before?.text ?? null,
      after,
      sha256Before: before?.sha256 ?? null,
      sha256After: sha256Of(after),
      warnings,
      editsApplied: extra.editsApplied,
    };
  }

  async function planFile(change: FileChange, signal: AbortSignal): Promise<WritePlan> {
    const path = requireScriptPath(change.path);
    const before = await files.read(path, signal);
    if (before === null && !(change.kind === 'hunks' && change.creates))
      throw new AppError('not_found', `There is no file ${path}.`, { data: { path } });
    const text = before?.text ?? '';
    const result = change.kind === 'edits' ? applySearchReplace(text, change.edits) : applyHunks(text, change.hunks);
    if (result.kind === 'mismatch') throw patchMismatch(path, before, change, result);
    const warnings =
      result.tolerant === 0 ? [] : [`${result.tolerant} edit(s) matched only with different white space.`];
    const editsApplied = change.kind === 'edits' ? change.edits.length : change.hunks.length;
    return await finish(path, before, result.text.toWellFormed(), { warnings, editsApplied, signal });
  }

  return {
    async planScript(args, signal) {
      const path = scriptPath(args.name, args.path);
      const contents = args.contents.replace(/^\uFEFF/, '').toWellFormed();
      if (contents.trim() === '') {
        throw new ValidationError('The script is empty.', [{ path: 'contents', message: 'must not be empty' }]);
      }
      const before = await files.read(path, signal);
      const after = before === null ? contents : withEnding(contents, dominantEnding(before.text));
      const warnings = [
        ...(before === null ? [] : [`${path} exists and would be overwritten.`]),
        ...(isUnder(path, defaultFolder) ? [] : [`${path} lies outside ${defaultFolder}.`]),
      ];
      return await finish(path, before, after, { warnings, editsApplied: 0, signal });
    },

    planPatch: async ({ path, edits }, signal) => await planFile({ kind: 'edits', path, edits }, signal),

    async replan(plan, edited, signal) {
      const path = requireScriptPath(plan.path);
      const text = withEndingsOf(edited.replace(/^\uFEFF/, ''), plan.after).toWellFormed();
      const before = await files.read(path, signal);
      return await finish(path, before, text, { warnings: [], editsApplied: plan.editsApplied, signal });
    },

    async planPatches(patches, signal) {
      const wanted = patches.flatMap(changesOf);
      requireDistinct(wanted);
      const plans: WritePlan[] = [];
      for (const change of wanted) plans.push(await planFile(change, signal));
      return plans;
    },
  };
}

interface PlanExtra {
  readonly signal: AbortSignal;
  readonly warnings: readonly string[];
  readonly editsApplied: number;
}

/** Where a script of this name goes. Throws `path_outside_assets` or `unity_rejected`. */
export function scriptPath(name: string, path: string | undefined): string {
  const place = path === undefined || path.trim() === '' ? defaultFolder : path.trim().replace(/\/+$/, '');
  return requireScriptPath(place.endsWith('.cs') ? place : `${place}/${name}.cs`);
}

/** Unity's own rule for the file name, and ours for the folder. */
function requireScriptPath(input: string): string {
  const path = requireAssetPath(input);
  const stem = /\/([^/]+)\.cs$/.exec(path)?.[1];
  if (stem === undefined) throw new AppError('unity_rejected', `${path} is not a C# script.`, { data: { path } });
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(stem)) {
    throw new AppError(
      'unity_rejected',
      `${stem} is not a name Unity takes for a script: letters, digits and _ only.`,
      {
        data: { path },
      },
    );
  }
  if (keywords.has(stem)) {
    const why = `"${stem}" is a word of C#, so no class can have the name of the file. Choose another name.`;
    throw new AppError('unity_rejected', why, { data: { path } });
  }
  return path;
}

/** C#'s reserved words; contextual ones (`record`, `var`) may name a class. */
const keywords: ReadonlySet<string> = new Set(
  (
    'abstract as base bool break byte case catch char checked class const continue decimal default delegate do double ' +
    'else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is ' +
    'lock long namespace new null object operator out override params private protected public readonly ref return sbyte ' +
    'sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ' +
    'ushort using virtual void volatile while'
  ).split(' '),
);

function requireWritable(path: string, before: FileText | null, after: string): void {
  const refuse = (why: string): AppError =>
    new AppError('unity_rejected', `${path} ${why} Nothing was written.`, { data: { path } });
  if (before?.lossy === true) {
    throw refuse('has bytes that are no UTF-8, which a change would destroy. Save it as UTF-8 in your editor first.');
  }
  if (after.trim() === '') throw refuse('would be empty. Delete it instead, or keep some code.');
  if (after.includes('\0')) throw refuse('would contain NUL characters, so it would be no text any more.');
  const bytes = Buffer.byteLength(after, 'utf8');
  if (bytes > maxScriptBytes) {
    const kib = Math.ceil(bytes / 1024);
    throw refuse(`would have ${kib} KiB; scripts may have ${maxScriptBytes / 1024}. Keep data in an asset instead.`);
  }
}

/** What Unity's own edit loses, or cannot take back (`wayBack`), where SPARK cannot write the file itself. */
function remoteWarnings(path: string, wayBack: FoundEdits): string[] {
  const here = "the project's folder is not on this machine";
  const warnings = [`If ${path} begins with a byte order mark, Unity removes it: ${here}, so SPARK cannot keep it.`];
  if (wayBack.kind === 'refused') {
    warnings.push(`This change could not be undone: Unity refuses the way back, and ${here}. Keep a copy of ${path}.`);
  }
  return warnings;
}

/** Unity finds a component by its file: the class must be called like the file. */
function nameWarnings(path: string, types: readonly string[]): string[] {
  const stem = path.slice(path.lastIndexOf('/') + 1, -'.cs'.length);
  if (types.includes(stem)) return [];
  if (types.length === 0) return [`${path} declares no type.`];
  return [`${path} declares ${types.join(', ')} but no ${stem}; Unity attaches a component only when the names agree.`];
}

function syntaxError(path: string, text: string, { problems }: CsharpReport): AppError {
  const [first] = problems;
  const where = first === undefined ? '' : `, line ${first.line}, column ${first.column}: ${first.message}`;
  return new AppError('script_syntax', `The script does not parse${where}. Nothing was written.`, {
    data: {
      path,
      problems: problems.map((problem) => ({ ...problem, text: text.split('\n')[problem.line - 1]?.trim() ?? '' })),
    },
  });
}

function patchMismatch(
  path: string,
  file: FileText | null,
  change: FileChange,
  { edit, why, lines }: Extract<PatchResult, { kind: 'mismatch' }>,
): AppError {
  const text = file?.text ?? '';
  const what = change.kind === 'edits' ? `The search text of edit ${edit + 1}` : `Hunk ${edit + 1} of the diff`;
  const more = change.kind === 'edits' ? 'add lines around it until it is unique' : 'give it more lines of context';
  const reason =
    why === 'ambiguous'
      ? `occurs ${lines.length} times (lines ${lines.join(', ')}); ${more}`
      : `does not occur in the file${lines[0] === undefined ? '' : `; the nearest place is line ${lines[0]}`}`;
  return new AppError('patch_mismatch', `${what} for ${path} ${reason}. Nothing was written.`, {
    data: {
      path,
      edit,
      why,
      lines,
      search: searchOf(change, edit),
      sha256: file?.sha256 ?? null,
      contents: text.slice(0, shownCharacters),
      truncated: text.length > shownCharacters,
    },
  });
}

const searchOf = (change: FileChange, edit: number): string =>
  change.kind === 'edits'
    ? (change.edits[edit]?.search ?? '')
    : (change.hunks[edit]?.lines ?? []).flatMap(({ kind, text }) => (kind === 'added' ? [] : [text])).join('\n');
