/** A third-person controller on a CharacterController; compiles with the old and the new input handling. */
export const playerController = (name: string): string => `using UnityEngine;
#if ENABLE_INPUT_SYSTEM
using UnityEngine.InputSystem;
#endif

/// <summary>
/// Moves a character relative to the camera, with gravity and jumping.
/// Reads the keyboard through the Input System when the project uses it, else through the Input Manager.
/// </summary>
[RequireComponent(typeof(CharacterController))]
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Header("Movement")]
    [Tooltip("Walking speed in metres per second.")]
    [SerializeField, Min(0f)] private float moveSpeed = 6f;

    [Tooltip("How fast the character turns towards its direction, in degrees per second.")]
    [SerializeField, Min(0f)] private float turnSpeed = 720f;

    [Header("Jumping")]
    [Tooltip("Height of a jump in metres.")]
    [SerializeField, Min(0f)] private float jumpHeight = 1.5f;

    [Tooltip("Downward acceleration in metres per second squared.")]
    [SerializeField] private float gravity = -19.62f;

    [Tooltip("Seconds after leaving the ground in which a jump still counts.")]
    [SerializeField, Range(0f, 0.5f)] private float coyoteTime = 0.1f;

    // Keeps the controller pressed to the ground, so that isGrounded stays true on slopes.
    private const float GroundedVelocity = -2f;

    private CharacterController controller;
    private Transform cameraTransform;
    private float verticalVelocity;
    private float lastGroundedTime = float.NegativeInfinity;

    /// <summary>True while the character stands on something.</summary>
    public bool IsGrounded => controller.isGrounded;

    private void Awake()
    {
        controller = GetComponent<CharacterController>();
        if (Camera.main != null) cameraTransform = Camera.main.transform;
    }

    private void Update()
    {
        UpdateVerticalVelocity();
        Vector3 direction = MoveDirection(ReadMoveInput());
        if (direction.sqrMagnitude > 0.0001f) TurnTowards(direction);
        controller.Move((direction * moveSpeed + Vector3.up * verticalVelocity) * Time.deltaTime);
    }

    private void UpdateVerticalVelocity()
    {
        if (controller.isGrounded)
        {
            lastGroundedTime = Time.time;
            if (verticalVelocity < 0f) verticalVelocity = GroundedVelocity;
        }

        if (ReadJumpInput() && Time.time - lastGroundedTime <= coyoteTime) Jump();
        verticalVelocity += gravity * Time.deltaTime;
    }

    private void Jump()
    {
        verticalVelocity = Mathf.Sqrt(jumpHeight * -2f * gravity);
        lastGroundedTime = float.NegativeInfinity;
    }

    private Vector3 MoveDirection(Vector2 input)
    {
        Vector3 direction = new Vector3(input.x, 0f, input.y);
        if (cameraTransform != null) direction = Quaternion.Euler(0f, cameraTransform.eulerAngles.y, 0f) * direction;
        return Vector3.ClampMagnitude(direction, 1f);
    }

    private void TurnTowards(Vector3 direction)
    {
        Quaternion target = Quaternion.LookRotation(direction, Vector3.up);
        transform.rotation = Quaternion.RotateTowards(transform.rotation, target, turnSpeed * Time.deltaTime);
    }

    private static Vector2 ReadMoveInput()
    {
#if ENABLE_INPUT_SYSTEM
        Keyboard keyboard = Keyboard.current;
        if (keyboard == null) return Vector2.zero;
        float x = keyboard.dKey.ReadValue() - keyboard.aKey.ReadValue();
        float y = keyboard.wKey.ReadValue() - keyboard.sKey.ReadValue();
        return new Vector2(x, y);
#else
        return new Vector2(Input.GetAxisRaw("Horizontal"), Input.GetAxisRaw("Vertical"));
#endif
    }

    private static bool ReadJumpInput()
    {
#if ENABLE_INPUT_SYSTEM
        return Keyboard.current != null && Keyboard.current.spaceKey.wasPressedThisFrame;
#else
        return Input.GetButtonDown("Jump");
#endif
    }
}
`;
