import { expect, test } from 'vitest';
import { loadCSharpParser } from '../../../unity/editor/csharp.ts';
import { changesIn } from '../changes/index.ts';
import { create } from '../intents/create.ts';
import { mend } from '../mend.ts';
import { plainTemplate, templates } from './index.ts';

test.each([...templates, plainTemplate].map((template) => [template.defaultName, template] as const))(
  '%s is C# without an error that can be seen, a class of that name',
  async (name, template) => {
    const parser = await loadCSharpParser();
    const { diagnostics, types, unknownNames } = parser.parse(template.write(name, 'opens a <door> & closes it'));
    expect(diagnostics).toEqual([]);
    expect(unknownNames).toEqual([]);
    expect(types.map((type) => type.name)).toContain(name);
  },
);

test.each(['Create a player controller', 'Create an enemy', 'Create a health script', 'Write a script called Door'])(
  '"%s that does not compile" parses, is reported as CS0103, and is mended',
  async (request) => {
    const parser = await loadCSharpParser();
    const contentsOf = (text: string): string =>
      create({ text, files: [] }).flatMap((step) =>
        step.kind === 'call' ? [String(step.arguments['contents'])] : [],
      )[0] ?? '';
    const broken = contentsOf(`${request} that does not compile`);
    const { diagnostics, unknownNames } = parser.parse(broken);
    expect(diagnostics).toEqual([]);
    expect(unknownNames).toEqual([expect.objectContaining({ code: 'CS0103' })]);
    const mended = mend(broken, unknownNames) ?? '';
    expect(parser.parse(mended)).toMatchObject({ diagnostics: [], unknownNames: [] });
    expect(mended.split('\n').filter((line, at) => line !== broken.split('\n')[at])).toHaveLength(1);
  },
);

test('a script without its using gets it', async () => {
  const parser = await loadCSharpParser();
  const broken = 'public class Door : MonoBehaviour { }\n';
  const mended = mend(broken, parser.parse(broken).unknownNames);
  expect(mended).toBe(`using UnityEngine;\n\n${broken}`);
});

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
  expect(parser.parse(contents)).toMatchObject({ diagnostics: [], unknownNames: [] });
});
