import { basename, join } from 'node:path';
import type { Activity } from '../../activity.ts';
import type { EditorConnection } from './connection.ts';
import type { ConsoleEntry, EditorConsole } from './console.ts';
import type { CSharpFile, CSharpParser, Diagnostic, TypeDeclaration } from './csharp.ts';
import { listAssets, readText, sha256Of } from './files.ts';

/**
 * Script compilation and domain reload: idle, compiling, (errors) idle or (none) domain reload, idle. While it compiles
 * the editor answers; during a domain reload the plugin's socket is down. A failed compile has no reload. One run at a
 * time; a request during a run starts another one only when a script changed since the run began.
 */
export interface CompileTimes {
  startedAtMs: number | null;
  finishedAtMs: number | null;
  reloadBeforeMs: number | null;
  reloadAfterMs: number | null;
}

export interface CompiledScript {
  readonly path: string;
  readonly text: string;
  readonly types: readonly TypeDeclaration[];
}

export interface ScriptCompiler {
  readonly request: () => void;
  /** As `request`, `delayMs` later unless one came in between. */
  readonly schedule: (delayMs: number) => void;
  readonly phase: () => 'idle' | 'compiling' | 'domain_reload';
  readonly times: () => Readonly<CompileTimes>;
  /** Errors of the last finished compile. */
  readonly errorCount: () => number;
  /** Scripts of the last compile without errors: what is in the loaded assembly. */
  readonly scripts: () => readonly CompiledScript[];
  /** True when a script on disk differs from what was last compiled. */
  readonly isStale: () => boolean;
  /** Resolves when nothing runs; a scheduled compile is run first. */
  readonly whenIdle: () => Promise<void>;
  /** A domain reload without a compile. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}

export interface CompilerOptions {
  readonly projectDir: string;
  readonly console: EditorConsole;
  readonly parser: CSharpParser;
  readonly connection: EditorConnection;
  readonly activity: Activity;
  readonly compileMs: number;
  readonly reloadMs: number;
  /** Resolves when no command is at work, so that a reload falls between two commands as in Unity. */
  readonly whenQuiet: () => Promise<void>;
  readonly onPhase: () => void;
}

export function makeCompiler(options: CompilerOptions): ScriptCompiler {
  const { projectDir, console, parser, connection, compileMs, reloadMs } = options;
  const times: CompileTimes = { startedAtMs: null, finishedAtMs: null, reloadBeforeMs: null, reloadAfterMs: null };
  const cache = new Map<string, CSharpFile>();
  let phase: 'idle' | 'compiling' | 'domain_reload' = 'idle';
  let running: Promise<void> | undefined;
  let scheduled: NodeJS.Timeout | undefined;
  let again = false;
  let closed = false;
  let errors = 0;
  let compiledKey = '';
  let loaded: readonly CompiledScript[] = [];

  const enter = (next: typeof phase): void => {
    phase = next;
    options.onPhase();
  };
  const readScripts = (): { path: string; text: string }[] =>
    listAssets(projectDir, 'Assets')
      .filter((path) => path.endsWith('.cs'))
      .map((path) => ({ path, text: readText(join(projectDir, path)) ?? '' }));
  const keyOf = (files: readonly { path: string; text: string }[]): string =>
    files.map(({ path, text }) => `${path} ${sha256Of(text)}`).join('\n');
  const parse = (text: string): CSharpFile => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const parsed = parser.parse(text);
    cache.set(text, parsed);
    return parsed;
  };

  function compileNow(): void {
    const files = readScripts();
    compiledKey = keyOf(files);
    const parsed = files.map((file) => ({ ...file, ...parse(file.text) }));
    const found = errorsIn(parsed);
    const messages = [...found, ...parsed.flatMap(nameWarnings)];
    errors = found.length;
    console.replaceCompilerMessages(messages);
    if (errors === 0) loaded = parsed.map(({ path, text, types }) => ({ path, text, types }));
  }

  async function reload(): Promise<void> {
    await options.whenQuiet();
    if (closed) return;
    const end = options.activity.begin('reload');
    enter('domain_reload');
    times.reloadBeforeMs = Date.now();
    connection.drop();
    await wait(reloadMs);
    times.reloadAfterMs = Date.now();
    enter('idle');
    end();
    if (!closed) connection.restore();
  }

  const mustRunAgain = (): boolean => again && !closed && compiledKey !== keyOf(readScripts());

  async function run(): Promise<void> {
    do {
      again = false;
      times.startedAtMs = Math.max(Date.now(), (times.startedAtMs ?? 0) + 1);
      enter('compiling');
      const end = options.activity.begin('compile');
      await wait(compileMs);
      if (closed) return;
      compileNow();
      end();
      times.finishedAtMs = Date.now();
      if (errors === 0) await reload();
      else enter('idle');
    } while (mustRunAgain());
  }

  const request = (): void => {
    clearTimeout(scheduled);
    scheduled = undefined;
    if (closed) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    running = run().finally(() => {
      running = undefined;
    });
  };

  compileNow();
  return {
    request,
    schedule(delayMs) {
      clearTimeout(scheduled);
      scheduled = setTimeout(request, delayMs);
    },
    phase: () => phase,
    times: () => times,
    errorCount: () => errors,
    scripts: () => loaded,
    isStale: () => compiledKey !== keyOf(readScripts()),
    async whenIdle() {
      if (scheduled !== undefined) request();
      await running;
    },
    async reload() {
      await running;
      running = reload().finally(() => {
        running = undefined;
      });
      await running;
    },
    close() {
      closed = true;
      clearTimeout(scheduled);
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function toEntry(type: 'Error' | 'Warning', path: string, line: number, column: number, rest: string): ConsoleEntry {
  const message = `${path}(${line},${column}): ${type.toLowerCase()} ${rest}`;
  return { type, message, file: path, line, stackTrace: null, fromCompiler: true };
}

type ParsedScript = CompiledScript & CSharpFile;

/** As the compiler goes: what does not parse, else what is declared wrongly, else what is wrong in the bodies. */
function errorsIn(files: readonly ParsedScript[]): ConsoleEntry[] {
  const toError = (file: ParsedScript, { code, message, line, column }: Diagnostic): ConsoleEntry =>
    toEntry('Error', file.path, line, column, `${code}: ${message}`);
  const declared = new Set(
    files.flatMap(({ types }) => types.flatMap(({ name, namespace }) => [name, ...namespace.split('.')])),
  );
  const unknownIn = (stage: 'declaration' | 'body'): ConsoleEntry[] =>
    files.flatMap((file) =>
      file.unknownNames
        .filter((unknown) => unknown.stage === stage && !declared.has(unknown.name))
        .map((unknown) => toError(file, unknown)),
    );
  const syntax = files.flatMap((file) => file.diagnostics.map((diagnostic) => toError(file, diagnostic)));
  if (syntax.length > 0) return syntax;
  const declarations = [...unknownIn('declaration'), ...duplicateTypes(files)];
  return declarations.length > 0 ? declarations : unknownIn('body');
}

function nameWarnings(file: CompiledScript): ConsoleEntry[] {
  const behaviour = file.types.find((type) => type.bases.includes('MonoBehaviour'));
  const stem = basename(file.path, '.cs');
  if (behaviour === undefined || file.types.some((type) => type.name === stem)) return [];
  const message = `The class named '${behaviour.name}' in '${file.path}' does not match its file name. It cannot be added to a GameObject until both names are equal.`;
  return [{ type: 'Warning', message, file: file.path, line: behaviour.line, stackTrace: null, fromCompiler: true }];
}

function duplicateTypes(files: readonly CompiledScript[]): ConsoleEntry[] {
  const seen = new Set<string>();
  return files.flatMap((file) =>
    file.types.flatMap((type) => {
      const key = `${type.namespace}.${type.name}`;
      if (!seen.has(key) || type.isPartial) {
        seen.add(key);
        return [];
      }
      const space = type.namespace === '' ? '<global namespace>' : type.namespace;
      const text = `CS0101: The namespace '${space}' already contains a definition for '${type.name}'`;
      return toEntry('Error', file.path, type.line, type.column, text);
    }),
  );
}
