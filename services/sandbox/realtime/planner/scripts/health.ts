/** Hit points with events. */
export const health = (name: string): string => `using System;
using UnityEngine;
using UnityEngine.Events;

/// <summary>
/// Hit points: takes damage, heals, and tells others through events when they change or run out.
/// </summary>
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Tooltip("Hit points at the start, and the most it can have.")]
    [SerializeField, Min(1)] private int maxHealth = 100;

    [Tooltip("Seconds after a hit in which further hits do nothing.")]
    [SerializeField, Min(0f)] private float invulnerableTime = 0.5f;

    [Tooltip("Raised once when the last hit point is lost.")]
    [SerializeField] private UnityEvent onDied = new UnityEvent();

    private float vulnerableAt;

    /// <summary>Current and maximum hit points, after every change.</summary>
    public event Action<int, int> Changed;

    /// <summary>Hit points now, from 0 to the maximum.</summary>
    public int Current { get; private set; }

    /// <summary>True once the hit points have run out.</summary>
    public bool IsDead => Current <= 0;

    private void Awake()
    {
        Current = maxHealth;
    }

    /// <summary>Takes hit points away; ignored when dead, just hit, or not positive.</summary>
    public void TakeDamage(int amount)
    {
        if (amount <= 0 || IsDead || Time.time < vulnerableAt) return;
        vulnerableAt = Time.time + invulnerableTime;
        Set(Current - amount);
        if (IsDead) onDied.Invoke();
    }

    /// <summary>Gives hit points back, up to the maximum; the dead stay dead.</summary>
    public void Heal(int amount)
    {
        if (amount <= 0 || IsDead) return;
        Set(Current + amount);
    }

    private void Set(int value)
    {
        Current = Mathf.Clamp(value, 0, maxHealth);
        Changed?.Invoke(Current, maxHealth);
    }
}
`;
