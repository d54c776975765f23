/** A camera that follows a target smoothly. */
export const cameraFollow = (name: string): string => `using UnityEngine;

/// <summary>
/// Follows a target with a smoothed offset and looks at it. Put it on the camera and assign the target.
/// </summary>
[RequireComponent(typeof(Camera))]
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Tooltip("What to follow; the object tagged Player when empty.")]
    [SerializeField] private Transform target;

    [Tooltip("Position relative to the target, in metres.")]
    [SerializeField] private Vector3 offset = new Vector3(0f, 4f, -7f);

    [Tooltip("Height above the target's origin to look at, in metres.")]
    [SerializeField] private float lookHeight = 1f;

    [Tooltip("Seconds to catch up; smaller is stiffer.")]
    [SerializeField, Min(0f)] private float smoothTime = 0.2f;

    private Vector3 velocity;

    private void Start()
    {
        if (target != null) return;
        GameObject player = GameObject.FindWithTag("Player");
        if (player != null) target = player.transform;
        else Debug.LogWarning($"{nameof(${name})}: no target is assigned and nothing is tagged Player.", this);
    }

    // After every Update, so that the target has moved already and the picture does not jitter.
    private void LateUpdate()
    {
        if (target == null) return;
        Vector3 wanted = target.position + offset;
        transform.position = Vector3.SmoothDamp(transform.position, wanted, ref velocity, smoothTime);
        transform.LookAt(target.position + Vector3.up * lookHeight);
    }
}
`;
