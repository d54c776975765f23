import { rmSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { AssetDatabase } from './assets.ts';
import type { ScriptCompiler } from './compiler.ts';
import { findImbalance } from './delimiters.ts';
import { readText, sha256Of, writeText } from './files.ts';
import { fail, succeed, textOf, type Body } from './reply.ts';
import { defaultScript } from './scriptTemplate.ts';
import { applyTextEdits } from './textEdits.ts';

/** The plugin command `manage_script`: create, read, delete, validate, get_sha, apply_text_edits. */
export interface ScriptCommands {
  readonly execute: (params: Body) => Body;
}

/** Unity collects edits for 200 ms before it refreshes, unless the options ask for an immediate refresh. */
const debounceMs = 200;
const encodedFrom = 10_000;

interface ScriptFile {
  readonly name: string;
  readonly path: string;
  readonly absolute: string;
}

export function makeScriptCommands(options: {
  readonly projectDir: string;
  readonly assets: AssetDatabase;
  readonly compiler: ScriptCompiler;
  readonly roslyn?: boolean | undefined;
}): ScriptCommands {
  const { projectDir, assets, compiler, roslyn = false } = options;

  function create(file: ScriptFile, params: Body): Body {
    if (readText(file.absolute) !== null) {
      return fail(`Script already exists at '${file.path}'. Use 'update' action to modify.`);
    }
    const given = contentsOf(params);
    const contents = given === '' ? defaultScript(file.name, textOf(params, 'namespace')) : given;
    const diagnostics = balanceDiagnostics(contents);
    if (diagnostics.length > 0) {
      return fail('validation_failed', {
        status: 'validation_failed',
        diagnostics: diagnostics.map((message) => `ERROR: ${message}`),
      });
    }
    writeText(file.absolute, contents);
    assets.importAsset(file.path);
    compiler.request();
    return succeed(`Script '${file.name}.cs' created successfully at '${file.path}'.`, {
      uri: uriOf(file.path),
      scheduledRefresh: false,
    });
  }

  function read(file: ScriptFile, contents: string): Body {
    const isLarge = contents.length > encodedFrom;
    return succeed(`Script '${file.name}.cs' read successfully.`, {
      uri: uriOf(file.path),
      path: file.path,
      contents,
      encodedContents: isLarge ? Buffer.from(contents, 'utf8').toString('base64') : null,
      contentsEncoded: isLarge,
    });
  }

  function edit(file: ScriptFile, original: string, params: Body): Body {
    const edits = Array.isArray(params['edits']) ? params['edits'] : [];
    if (edits.length === 0) return fail('No edits provided.');
    const expected = textOf(params, 'precondition_sha256').toLowerCase();
    const current = sha256Of(original);
    if (expected === '') {
      return fail('precondition_required', { status: 'precondition_required', current_sha256: current });
    }
    if (expected !== current) {
      return fail('stale_file', { status: 'stale_file', expected_sha256: expected, current_sha256: current });
    }
    const outcome = applyTextEdits(original, edits);
    if (outcome.kind === 'refused') return outcome.reply;
    const where = { uri: uriOf(file.path), path: file.path };
    if (outcome.kind === 'unchanged') {
      return succeed(`No-op: contents unchanged for '${file.path}'.`, {
        ...where,
        editsApplied: 0,
        no_op: true,
        sha256: current,
        evidence: { reason: 'identical_content' },
      });
    }
    const wishes = asBody(params['options']);
    const isFormatted = roslyn && textOf(wishes, 'validate').toLowerCase() !== 'syntax';
    const text = isFormatted ? reformatted(outcome.text) : outcome.text;
    writeText(file.absolute, text);
    const immediate = ['immediate', 'sync'].includes(textOf(wishes, 'refresh').toLowerCase());
    if (immediate) compiler.request();
    else compiler.schedule(debounceMs);
    return succeed(`Applied ${edits.length} text edit(s) to '${file.path}'.`, {
      ...where,
      editsApplied: edits.length,
      sha256: sha256Of(text),
      scheduledRefresh: !immediate,
    });
  }

  function remove(file: ScriptFile): Body {
    rmSync(file.absolute);
    rmSync(`${file.absolute}.meta`, { force: true });
    compiler.request();
    return succeed(`Script '${file.name}.cs' moved to trash successfully.`, { deleted: true });
  }

  return {
    execute(params) {
      const action = textOf(params, 'action').toLowerCase();
      const name = textOf(params, 'name');
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
        return fail(
          `Invalid script name: '${name}'. Use only letters, numbers, underscores, and don't start with a number.`,
        );
      }
      const folder = textOf(params, 'path');
      const path = scriptPath(folder, name);
      if (path === null) {
        return fail(`Invalid path. Target directory must be within 'Assets/'. Provided: '${folder}'`);
      }
      const file: ScriptFile = { name, path, absolute: join(projectDir, path) };
      if (action === 'create') return create(file, params);
      const contents = readText(file.absolute);
      if (action === 'validate') {
        if (contents === null) return fail(`Failed to read script: Could not find file "${file.absolute}"`);
        return validate(contents, textOf(params, 'level', 'basic'));
      }
      if (contents === null) {
        return fail(`Script not found at '${path}'.${action === 'delete' ? ' Cannot delete.' : ''}`);
      }
      switch (action) {
        case 'read':
          return read(file, contents);
        case 'delete':
          return remove(file);
        case 'get_sha':
          return describeSha(file, contents);
        case 'apply_text_edits':
          return edit(file, contents, params);
        default:
          return fail(`Unknown action: '${action}'.`);
      }
    },
  };
}

function describeSha(file: ScriptFile, contents: string): Body {
  return succeed(`SHA computed for '${file.path}'.`, {
    uri: uriOf(file.path),
    path: file.path,
    sha256: sha256Of(contents),
    lengthBytes: Buffer.byteLength(contents, 'utf8'),
    lastModifiedUtc: statSync(file.absolute).mtime.toISOString().replace('Z', '0000Z'),
  });
}

function validate(contents: string, level: string): Body {
  const errors = balanceDiagnostics(contents).map((message) => ({ line: 0, col: 0, severity: 'error', message }));
  const warnings =
    level === 'standard' && /GetComponent\s*</.test(contents) && !/\bnull\b/.test(contents)
      ? [{ line: 0, col: 0, severity: 'warning', message: 'Consider null checking GetComponent results' }]
      : [];
  const diagnostics = [...errors, ...warnings];
  return errors.length > 0
    ? fail('Validation failed.', { diagnostics })
    : succeed('Validation completed.', { diagnostics });
}

/** As Roslyn's formatter with its defaults: blanks for tabs, none at the end of a line. */
const reformatted = (text: string): string =>
  text.replaceAll(/^[\t ]+/gm, (indent) => indent.replaceAll('\t', '    ')).replaceAll(/[\t ]+(?=\r?$)/gm, '');

function balanceDiagnostics(contents: string): string[] {
  const imbalance = findImbalance(contents);
  return imbalance === null
    ? []
    : [`Unbalanced delimiter at line ${imbalance.line} (expected '${imbalance.expected}')`];
}

function contentsOf(params: Body): string {
  const encoded = textOf(params, 'encodedContents');
  return params['contentsEncoded'] === true && encoded !== ''
    ? Buffer.from(encoded, 'base64').toString('utf8')
    : textOf(params, 'contents');
}

/** Everything lands under Assets (`etc` becomes `Assets/etc`); null when the folder leaves it. */
function scriptPath(folder: string, name: string): string | null {
  const relative = folder.replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  const inside = relative === '' ? 'Scripts' : relative.replace(/^Assets(\/|$)/i, '');
  const path = posix.normalize(posix.join('Assets', inside, `${name}.cs`));
  return path.startsWith('Assets/') ? path : null;
}

const uriOf = (path: string): string => `mcpforunity://path/${path}`;

function asBody(value: unknown): Body {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
