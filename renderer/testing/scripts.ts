/** C# for the gallery. */
export const playerController = `using UnityEngine;

/// <summary>Moves the player on the ground plane.</summary>
[RequireComponent(typeof(CharacterController))]
public class PlayerController : MonoBehaviour
{
    [SerializeField] private float speed = 5f;
    [SerializeField] private float gravity = -9.81f;

    private CharacterController controller;
    private Vector3 velocity;

    private void Awake()
    {
        controller = GetComponent<CharacterController>();
    }

    private void Update()
    {
        var input = new Vector3(Input.GetAxis("Horizontal"), 0f, Input.GetAxis("Vertical"));
        var move = transform.TransformDirection(Vector3.ClampMagnitude(input, 1f)) * speed;

        if (controller.isGrounded && velocity.y < 0f)
        {
            velocity.y = -2f;
        }

        velocity.y += gravity * Time.deltaTime;
        controller.Move((move + velocity) * Time.deltaTime);
    }

    // Keeps the cursor inside the window while playing.
    private void OnEnable()
    {
        Cursor.lockState = CursorLockMode.Locked;
    }

    private void OnDisable()
    {
        Cursor.lockState = CursorLockMode.None;
    }
}
`;

export const playerControllerJump = playerController
  .replace(
    'private float gravity = -9.81f;',
    'private float gravity = -19.62f;\n    [SerializeField] private float jumpHeight = 1.2f;',
  )
  .replace(
    '            velocity.y = -2f;\n        }\n',
    `            velocity.y = -2f;
        }

        if (controller.isGrounded && Input.GetButtonDown("Jump"))
        {
            velocity.y = Mathf.Sqrt(jumpHeight * -2f * gravity);
        }
`,
  );
