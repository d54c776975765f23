import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { unfenced } from './answer.ts';

test.each([
  ['plain code', 'class A { }\n', 'class A { }\n'],
  ['a fence with a language', '```csharp\nclass A { }\n```', 'class A { }\n'],
  ['a fence without one', '\n```\nclass A { }\n```\n\n', 'class A { }\n'],
  ['tildes', '~~~cs\nclass A { }\n~~~', 'class A { }\n'],
  ['Windows line endings', '```cs\r\nclass A { }\r\n```\r\n', 'class A { }\n'],
  ['a mark of byte order', '\uFEFFclass A { }', 'class A { }\n'],
  ['no text at all', ' \n', ''],
])('%s is taken as the file', (_what, text, expected) => {
  expect(unfenced(text)).toBe(expected);
});

test.each([
  ['text before the fence', 'Sure:\n```\nclass A { }\n```'],
  ['text after the fence', '```\nclass A { }\n```\nThat is all.'],
  ['two blocks', '```\nclass A { }\n```\n```\nclass B { }\n```'],
  ['a fence that does not end', '```csharp\nclass A { }\n'],
])('%s is refused', (_what, text) => {
  expect(unfenced(text)).toBeNull();
});

test('backticks inside a line are no fence', () => {
  const text = '// see `Health` and ```this```\nclass A { }\n';
  expect(unfenced(text)).toBe(text);
});

test('code without fences comes through with one line feed at its end', () => {
  const line = fc.string().filter((text) => !/[\r`~]/.test(text) && text.trim() !== '' && !text.includes('\uFEFF'));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const text = unfenced(lines.join('\n')) ?? '';
      expect(text.endsWith('\n')).toBe(true);
      expect(text.endsWith('\n\n')).toBe(false);
      expect(text.split('\n')).toHaveLength(
        lines
          .join('\n')
          .trimEnd()
          .replace(/^\s*\n/, '')
          .split('\n').length + 1,
      );
    }),
  );
});
