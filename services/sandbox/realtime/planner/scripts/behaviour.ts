/** What is written for a request that no other template answers: a component to fill in, with the wish as its summary. */
export const behaviour = (name: string, wish: string): string => `using UnityEngine;

/// <summary>
/// ${escapeXml(wish)}
/// </summary>
[DisallowMultipleComponent]
public class ${name} : MonoBehaviour
{
    [Tooltip("Writes what happens to the console.")]
    [SerializeField] private bool logEvents = true;

    private void OnEnable()
    {
        Log("enabled");
    }

    private void OnDisable()
    {
        Log("disabled");
    }

    private void Update()
    {
    }

    private void Log(string what)
    {
        if (logEvents) Debug.Log($"{nameof(${name})} on {gameObject.name}: {what}", this);
    }
}
`;

const escapeXml = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, 200);
