import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { problemOf, readBlocks } from './readBlocks.ts';

/** Guides whose blocks other tests run as they stand, or that show single commands of programs with tests of their own. */
const walkedElsewhere: Readonly<Record<string, string>> = {
  'docs/guides/installing-the-consumer.md': 'build/consumer/consumer.package.test.ts walks it',
  'docs/guides/nats.md': 'shared/node/messaging/permissions.int.test.ts uses its configuration',
};
const papers = [
  'docs/SLATE_INFRASTRUCTURE_SETUP.md',
  'docs/NO_SUPABASE_SUMMARY.md',
  ...readdirSync(join(repositoryDir, 'docs/guides')).map((name) => `docs/guides/${name}`),
].filter((paper) => paper.endsWith('.md'));
const textOf = (paper: string): string => readFileSync(join(repositoryDir, paper), 'utf8');

test.each(papers.filter((paper) => !(paper in walkedElsewhere)))(
  'in %s every command is run, or named with the reason why not',
  (paper) => {
    const problems = readBlocks(textOf(paper)).flatMap((block) => {
      const problem = problemOf(block);
      return problem === undefined ? [] : [`${paper}:${block.line}: ${problem}`];
    });
    expect(problems).toEqual([]);
  },
);

test.each(papers)('in %s every link inside the repository leads to something', (paper) => {
  const text = textOf(paper).replace(/^```[\s\S]*?^```$/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const dead = targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? paper : join(dirname(paper), path);
    if (!existsSync(join(repositoryDir, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(textOf(file)).has(anchor);
  });
  expect(dead).toEqual([]);
});

test('every message of the troubleshooting guide stands in the sources', () => {
  const sources = globSync('{services,shared,database,electron,renderer}/**/*.{ts,tsx}', { cwd: repositoryDir })
    .filter((file) => !/\.test\.tsx?$|testing\//.test(file))
    .map((file) => readFileSync(join(repositoryDir, file), 'utf8'))
    .join('\n');
  const messages = [...textOf('docs/guides/troubleshooting.md').matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(
    ([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words),
  );
  expect(messages.length).toBeGreaterThan(35);
  expect(messages.filter((words) => !sources.includes(words))).toEqual([]);
});

test('users of NATS have the same rights in the deployment guide as on the page about NATS', () => {
  const rights = usersOf('docs/guides/nats.md');
  expect(rights.size).toBeGreaterThan(4);
  expect(usersOf('docs/SLATE_INFRASTRUCTURE_SETUP.md')).toEqual(rights);
});

/** The text of each user's permissions in a paper's nats-server configuration, spaces and comments aside. */
function usersOf(paper: string): Map<string, string> {
  const conf = textOf(paper).replace(/^ *#.*$/gm, '');
  const users = conf.matchAll(/user: (\w+), password: "[^"]+"\s+permissions: \{([\s\S]*?)\n {4}\}/g);
  return new Map([...users].map(([, user = '', rights = '']) => [user, rights.replace(/\s+/g, ' ')]));
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
