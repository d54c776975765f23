/** An enemy that patrols, chases what carries the target tag, and gives up when it is far. */
export const enemy = (name: string): string => `using UnityEngine;

/// <summary>
/// Walks between waypoints, chases the target while it is near, and returns to its patrol afterwards.
/// </summary>
[RequireComponent(typeof(Rigidbody))]
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Header("Target")]
    [Tooltip("Tag of the object to chase.")]
    [SerializeField] private string targetTag = "Player";

    [Tooltip("The chase begins when the target is nearer than this, in metres.")]
    [SerializeField, Min(0f)] private float sightRange = 8f;

    [Tooltip("The chase ends when the target is farther than this, in metres.")]
    [SerializeField, Min(0f)] private float loseRange = 12f;

    [Header("Movement")]
    [Tooltip("Speed in metres per second.")]
    [SerializeField, Min(0f)] private float moveSpeed = 3f;

    [Tooltip("Points to walk between; it stands still when empty.")]
    [SerializeField] private Transform[] waypoints = new Transform[0];

    private const float ArrivalDistance = 0.3f;

    private Rigidbody body;
    private Transform target;
    private int waypointIndex;

    /// <summary>True while the target is being chased.</summary>
    public bool IsChasing { get; private set; }

    private void Awake()
    {
        body = GetComponent<Rigidbody>();
        body.freezeRotation = true;
    }

    private void Start()
    {
        GameObject found = GameObject.FindWithTag(targetTag);
        if (found != null) target = found.transform;
        else Debug.LogWarning($"{nameof(${name})}: nothing in the scene has the tag \\"{targetTag}\\".", this);
    }

    private void FixedUpdate()
    {
        UpdateChase();
        if (IsChasing) MoveTowards(target.position);
        else if (waypoints.Length > 0) Patrol();
    }

    private void UpdateChase()
    {
        if (target == null)
        {
            IsChasing = false;
            return;
        }

        float distance = Vector3.Distance(transform.position, target.position);
        IsChasing = distance < (IsChasing ? loseRange : sightRange);
    }

    private void Patrol()
    {
        Transform waypoint = waypoints[waypointIndex];
        if (waypoint == null || HorizontalOffset(waypoint.position).magnitude < ArrivalDistance)
        {
            waypointIndex = (waypointIndex + 1) % waypoints.Length;
            return;
        }

        MoveTowards(waypoint.position);
    }

    private void MoveTowards(Vector3 point)
    {
        Vector3 direction = HorizontalOffset(point).normalized;
        if (direction == Vector3.zero) return;
        body.MovePosition(body.position + direction * (moveSpeed * Time.fixedDeltaTime));
        body.MoveRotation(Quaternion.LookRotation(direction, Vector3.up));
    }

    private Vector3 HorizontalOffset(Vector3 point)
    {
        Vector3 offset = point - transform.position;
        offset.y = 0f;
        return offset;
    }

    private void OnDrawGizmosSelected()
    {
        Gizmos.color = Color.yellow;
        Gizmos.DrawWireSphere(transform.position, sightRange);
    }
}
`;
