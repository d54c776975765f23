import { expect, test } from 'vitest';
import { loadCSharpParser } from './csharp.ts';

const behaviour = (body: string, head = 'using UnityEngine;', bases = 'MonoBehaviour'): string =>
  `${head}\npublic class Hero : ${bases}\n{\n${body}\n}\n`;

async function unknownIn(text: string): Promise<string[]> {
  const { diagnostics, unknownNames } = (await loadCSharpParser()).parse(text);
  expect(diagnostics).toEqual([]);
  return unknownNames.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

test('a name that nothing declares is CS0103 at its place', async () => {
  const body = '    public float speed = 5f;\n    void Update() { transform.Translate(Vector3.up * sped); }';
  expect(await unknownIn(behaviour(body))).toEqual([
    "5:54 CS0103 The name 'sped' does not exist in the current context",
  ]);
});

test('a type of Unity without its using is CS0246, and CS0103 where a value is meant', async () => {
  const body = '    [SerializeField] List<int> list;\n    void Start() { var at = Vector3.zero; }';
  expect(await unknownIn(behaviour(body, ''))).toEqual([
    expect.stringMatching(
      /^2:21 CS0246 The type or namespace name 'MonoBehaviour' could not be found \(are you missing/,
    ),
    expect.stringMatching(/^4:6 CS0246 .*'SerializeFieldAttribute'/),
    expect.stringMatching(/^4:6 CS0246 .*'SerializeField'/),
    expect.stringMatching(/^4:22 CS0246 .*'List<>'/),
    "5:29 CS0103 The name 'Vector3' does not exist in the current context",
  ]);
});

test.each([
  ['what a component inherits', 'void A() { name = tag; enabled = gameObject.activeSelf && transform != null; }'],
  ['locals, parameters and lambdas', 'void A(int a) { int b = a; System.Action<int> c = d => A(d + b); c(b); }'],
  [
    'out, patterns, tuples and loops',
    'void A(object o) { if (o is int n) B(out var m, n); foreach (var (k, v) in x) A(k + v); }',
  ],
  ['queries', 'void A() { var all = from i in x where i > 1 let j = i select j; }'],
  [
    'named arguments and members that are set',
    '[System.Obsolete(error = y)] Foo a = new Foo(first: 1) { second = 2 };',
  ],
  ['the value of a setter', 'int n; public int N { get => n; set => n = value; }'],
  ['nameof, discards and strings', 'void A() { _ = nameof(A); var s = $"{s.Length:0}"; }'],
  ['a branch of the preprocessor', 'void A() {\n#if FOO\n A(other);\n#endif\n}'],
  ['a member of anything else', 'void A() { Player.current?.jump(); Player.current.run(); }'],
])('it says nothing about %s', async (_what, body) => {
  const known = 'int[] x; int y; void B(out int m, int n) { m = n; } ';
  expect(await unknownIn(behaviour(known + body))).toEqual([]);
});

test.each([
  ['another base class', behaviour('void A() { A(health); }', 'using UnityEngine;', 'Character')],
  ['a partial class', 'public partial class Hero { void A() { B(health); } }'],
  [
    'a namespace that has types in lower case',
    behaviour('void A() { B(math.abs(1)); }', 'using UnityEngine;\nusing Unity.Mathematics;'),
  ],
  ['a static using', behaviour('void A() { B(sqrt); }', 'using UnityEngine;\nusing static Numbers;')],
  ['a namespace of Unity', 'namespace UnityEngine.Tests { public class A : MonoBehaviour { } }'],
])('what may come from %s is not reported', async (_what, text) => {
  expect(await unknownIn(text)).toEqual([]);
});
