/**
 * What may be inside of the app's archive, told by path and by content. The packaging fails on anything else, so a list
 * that grew by mistake is found before it is shipped.
 */
export interface PackedFile {
  /** Inside the archive, `/` between folders, none at the beginning. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface ContentRules {
  /** Folders of packages that are development dependencies, or that the lockfile does not know, are refused by this. */
  readonly isProduction: (packageFolder: string) => boolean;
  /** Texts that tell where the app was built. */
  readonly machinePaths: readonly string[];
}

const needed = ['package.json', 'out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
const places = /^(package\.json$|out\/(main|preload|renderer)\/|node_modules\/)/;
const sources = /\.([mc]?tsx?|jsx|map|flow|coffee|c|cc|h|gyp)$/;
const tests = /(^|\/)(tests?|__tests__|__mocks__|e2e|testing|fixtures|coverage|benchmarks?)\/|[.-](test|spec)\.\w+$/;
const papers =
  /\.(md|markdown)$|(^|\/)(docs?|examples?|\.github|\.vscode)\/|\.(yml|yaml)$|(^|\/)\.(?!bin)[^/]*rc[^/]*$/i;
const secretFiles = /(^|\/)(\.env[^/]*|\.npmrc|id_(rsa|ed25519|ecdsa)|[^/]*\.(pem|p12|pfx|key|jks|creds))$/i;
const secretTexts: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)+[A-Za-z0-9+/=]{40}/],
  ['a key of Anthropic', /sk-ant-[A-Za-z0-9_-]{24}/],
  ['a key of OpenAI', /sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{24}/],
  ['a key of AWS', /\bAKIA[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}/],
  ['a seed of NATS', /\bS[UAO]A[A-Z2-7]{55}\b/],
];

/** Whether a file of a package is a source, a test or a paper: nothing that runs. */
export const isUnwanted = (path: string): boolean => sources.test(path) || tests.test(path) || papers.test(path);

/** One line per thing that must not be in there, or that is missing; empty when all is well. */
export function findProblems(files: readonly PackedFile[], rules: ContentRules): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const missing = needed.filter((path) => !paths.has(path)).map((path) => `${path} is missing`);
  return [...missing, ...files.flatMap((file) => problemsOf(file, rules))];
}

function problemsOf({ path, bytes }: PackedFile, rules: ContentRules): string[] {
  const found: string[] = [];
  if (!places.test(path)) found.push('is in no place of the app');
  if (sources.test(path)) found.push('is a source or a map');
  if (tests.test(path)) found.push('is a test');
  if (secretFiles.test(path)) found.push('has the name of a secret');
  const [folder] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  if (folder !== undefined && !rules.isProduction(folder)) found.push('belongs to no production dependency');
  const text = bytes.toString('latin1');
  for (const [what, pattern] of secretTexts) if (pattern.test(text)) found.push(`contains ${what}`);
  for (const machine of rules.machinePaths) if (text.includes(machine)) found.push(`names the folder ${machine}`);
  return found.map((what) => `${path} ${what}`);
}
