/** What Unity's plugin writes when a script is created without contents. */
export function defaultScript(name: string, namespace: string): string {
  const body = [
    `public class ${name} : MonoBehaviour`,
    '{',
    '    // Start is called before the first frame update',
    '    void Start()',
    '    {',
    '    }',
    '',
    '    // Update is called once per frame',
    '    void Update()',
    '    {',
    '    }',
    '}',
  ];
  const indented = body.map((line) => (line === '' ? '' : `    ${line}`));
  const lines = namespace === '' ? body : [`namespace ${namespace}`, '{', ...indented, '}'];
  return `${['using UnityEngine;', '', ...lines].join('\n')}\n`;
}
