import { expect, test } from 'vitest';
import { toPrompt } from './prompt.ts';
import type { CodeRequest } from './types.ts';

const request: CodeRequest = {
  prompt: '  A door that opens  ',
  className: 'Door',
  path: 'Assets/Scripts/Door.cs',
  current: null,
  draft: null,
  neighbours: [],
  unityVersion: null,
  renderPipeline: null,
  compileErrors: [],
};
const neighbour = (name: string, size: number) => ({ path: `Assets/${name}.cs`, surface: name.repeat(size) });

test('what changes slowly stands in the project part, and the task in the other', () => {
  const facts = { ...request, unityVersion: '6000.0.1f1', neighbours: [neighbour('Key', 1)] };
  const a = toPrompt(facts);
  const b = toPrompt({ ...facts, prompt: 'Close it', current: 'class Door {}', compileErrors: [{ message: 'no' }] });
  expect(a?.project).toBe(b?.project);
  expect(a?.task).not.toBe(b?.task);
  expect(a?.task).toContain('<task>\nA door that opens\n</task>');
  expect(a?.task).not.toContain('current_file');
});

test('neighbours are shown whole, nearest first, until the room is used, and the rest is counted', () => {
  const neighbours = [neighbour('A', 20_000), neighbour('B', 20_000), neighbour('C', 1_000)];
  const project = toPrompt({ ...request, neighbours })?.project ?? '';
  expect(project).toContain('Assets/A.cs');
  expect(project).not.toContain('Assets/B.cs');
  expect(project).toContain('Assets/C.cs');
  expect(project).toContain('(1 more scripts are not shown)');
  expect(project.length).toBeLessThan(26_000);
});

test('compile errors are one line each, with line and code where they are known', () => {
  const compileErrors = [
    { message: '; expected', code: 'CS1002', line: 3 },
    { message: 'two\nlines', line: 1, file: 'Assets/B.cs' },
  ];
  expect(toPrompt({ ...request, compileErrors })?.task).toContain(
    '<compile_errors>\nline 3: CS1002 ; expected\nAssets/B.cs line 1: two lines\n</compile_errors>',
  );
});

test('a file that is too long to be written again has no prompt', () => {
  expect(toPrompt({ ...request, current: 'x'.repeat(160_001) })).toBeNull();
  expect(toPrompt({ ...request, current: 'x'.repeat(160_000) })).not.toBeNull();
});
