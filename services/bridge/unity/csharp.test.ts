import { describe, expect, it } from 'vitest';
import { makeCsharpChecker } from './csharp.ts';

const checker = makeCsharpChecker();

describe('the C# check', () => {
  it('accepts what Unity developers write', async () => {
    const text = `#if UNITY_EDITOR
using UnityEditor;
#endif
using System.Collections;
using UnityEngine;

namespace Game
{
    [RequireComponent(typeof(Rigidbody))]
    public sealed class Hero : MonoBehaviour
    {
        [SerializeField, Range(0f, 10f)] private float speed = 5f;
        public float Speed => speed;
        private IEnumerator Wait() { yield return new WaitForSeconds(1f); }
        private void Update()
        {
            if (TryGetComponent<Rigidbody>(out var body)) body.linearVelocity = transform.forward * speed;
            var label = $"{speed:0.0} m/s";
            Debug.Log(label switch { "" => "none", _ => label });
        }
    }
    public record struct Score(int Value);
}
`;
    expect(await checker.check(text)).toEqual({ problems: [], types: ['Hero', 'Score'] });
  });

  it('gives line and column of what is missing', async () => {
    const { problems } = await checker.check('class A\n{\n    int a = 1\n}\n');
    expect(problems[0]).toEqual({ line: 3, column: 14, message: 'missing ";"' });
  });

  it.each(['class A {', 'class A { void B( { } }', 'hello there, this is no C#', '```csharp\nclass A {}\n```'])(
    'finds something wrong with %j',
    async (text) => {
      expect((await checker.check(text)).problems.length).toBeGreaterThan(0);
    },
  );
});
