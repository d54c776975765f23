import { expect, test } from 'vitest';
import { makeCsharpChecker } from './csharp.ts';

const csharp = makeCsharpChecker();

test('a class shows what others can call, without bodies, attributes and private members', async () => {
  const text = `
using System;
using UnityEngine;

namespace Game.Units
{
    /// <summary>Hit points.</summary>
    [RequireComponent(typeof(Rigidbody))]
    public class Health : MonoBehaviour, IDamageable
    {
        public const int Most = 100;
        [SerializeField] private int max = 10;
        public float regeneration = 1.5f; // per second
        public event Action<int> Changed;
        public int Current { get; private set; }
        public bool IsDead => Current <= 0;
        private int secret;

        public Health(int start) { Current = start; }

        [ContextMenu("Hurt")]
        public void TakeDamage(int amount, bool critical = false)
        {
            Current -= amount; // never seen
        }
        protected virtual T Find<T>(string name) where T : Component => null;
        private void Awake() { secret = max; }

        public enum Kind { Light, Heavy = 4 }
        private class Hidden { public int nothing; }
    }
}
`;
  expect(await csharp.surface(text)).toBe(
    [
      '/* Game.Units */ public class Health : MonoBehaviour, IDamageable {',
      '  public const int Most = 100;',
      '  public float regeneration;',
      '  public event Action<int> Changed;',
      '  public int Current { get; private set; }',
      '  public bool IsDead { get; }',
      '  public Health(int start);',
      '  public void TakeDamage(int amount, bool critical = false);',
      '  protected virtual T Find<T>(string name) where T : Component;',
      '  public enum Kind { Light, Heavy = 4 }',
      '}',
    ].join('\n'),
  );
});

test('an interface shows all its members, and a namespace of the whole file is named', async () => {
  const text = 'namespace Game;\n\npublic interface IDamageable { void TakeDamage(int amount); int Max { get; } }\n';
  expect(await csharp.surface(text)).toBe(
    '/* Game */ public interface IDamageable {\n  void TakeDamage(int amount);\n  int Max { get; }\n}',
  );
});

test('a type without members that others can use is named all the same', async () => {
  expect(await csharp.surface('public sealed class Marker : MonoBehaviour { int n; }')).toBe(
    'public sealed class Marker : MonoBehaviour { }',
  );
});

test('a file that does not parse, or declares nothing, shows what can be read', async () => {
  expect(await csharp.surface('// only a comment\n')).toBe('');
  expect(await csharp.surface('public class A { public void B( {')).not.toContain('undefined');
});
