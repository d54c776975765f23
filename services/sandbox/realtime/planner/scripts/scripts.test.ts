import { expect, test } from 'vitest';
import { loadCSharpParser } from '../../../unity/editor/csharp.ts';
import { changesIn } from '../changes/index.ts';
import { plainTemplate, templates } from './index.ts';

test.each([...templates, plainTemplate].map((template) => [template.defaultName, template] as const))(
  '%s is C# without a syntax error, a class of that name',
  async (name, template) => {
    const parser = await loadCSharpParser();
    const { diagnostics, types } = parser.parse(template.write(name, 'opens a <door> & closes it'));
    expect(diagnostics).toEqual([]);
    expect(types.map((type) => type.name)).toContain(name);
  },
);

test('a controller with every change is still C# without a syntax error', async () => {
  const parser = await loadCSharpParser();
  const player = templates.find((template) => template.defaultName === 'PlayerController');
  let contents = player?.write('PlayerController', '') ?? '';
  const request =
    'add double jump, sprint, make it faster, rename turnSpeed to rotationSpeed, add a field called lives of type int';
  const changes = changesIn(request);
  expect(changes).toHaveLength(5);
  for (const change of changes) {
    const changed = change(contents);
    if ('problem' in changed) throw new Error(changed.problem);
    contents = changed.contents;
  }
  expect(parser.parse(contents).diagnostics).toEqual([]);
});
