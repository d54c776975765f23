/** Something to collect: spins, bobs, and vanishes when the collector touches it. */
export const pickup = (name: string): string => `using UnityEngine;
using UnityEngine.Events;

/// <summary>
/// An item that spins and bobs until an object with the collector's tag touches its trigger.
/// </summary>
[RequireComponent(typeof(Collider))]
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Header("Collecting")]
    [Tooltip("Only objects with this tag collect it.")]
    [SerializeField] private string collectorTag = "Player";

    [Tooltip("What it is worth; passed to the event.")]
    [SerializeField, Min(0)] private int value = 1;

    [Tooltip("Raised once, with the value, just before it is destroyed.")]
    [SerializeField] private UnityEvent<int> onCollected = new UnityEvent<int>();

    [Header("Look")]
    [Tooltip("Degrees per second.")]
    [SerializeField] private float spinSpeed = 90f;

    [Tooltip("How far it moves up and down, in metres.")]
    [SerializeField, Min(0f)] private float bobHeight = 0.2f;

    private Vector3 restPosition;
    private bool isCollected;

    private void Reset()
    {
        GetComponent<Collider>().isTrigger = true;
    }

    private void Start()
    {
        restPosition = transform.localPosition;
    }

    private void Update()
    {
        transform.Rotate(Vector3.up, spinSpeed * Time.deltaTime, Space.World);
        transform.localPosition = restPosition + Vector3.up * (Mathf.Sin(Time.time * 2f) * bobHeight);
    }

    private void OnTriggerEnter(Collider other)
    {
        if (isCollected || !other.CompareTag(collectorTag)) return;
        isCollected = true;
        onCollected.Invoke(value);
        Destroy(gameObject);
    }
}
`;
