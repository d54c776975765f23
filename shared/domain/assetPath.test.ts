import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnder, parseAssetPath } from './index.ts';

describe('parseAssetPath', () => {
  it.each([
    'Assets/Scripts/PlayerController.cs',
    'Assets',
    'Assets/Ünïcode/名前.prefab',
    'Assets/a b/c.d.cs',
    'Assets/Уровень 1/Сцена.unity',
    'Assets/Ελλάδα',
  ])('accepts %s', (path) => {
    expect(parseAssetPath(path)).toEqual({ kind: 'ok', path });
  });

  it.each([
    'Packages/x.cs',
    '/Assets/x.cs',
    'C:/Assets/x.cs',
    'Assets/../Secrets.cs',
    'Assets//x.cs',
    'Assets/./x.cs',
    'Assets\\x.cs',
    'assets/x.cs',
    'Assets/con.cs',
    'Assets/NUL',
    'Assets/x.',
    'Assets/x /y.cs',
    'Assets/a\u0000b.cs',
    'Assets/a:b.cs',
    'Assets/e\u0301.cs',
    '',
    'Assets/a\u202egnp.cs',
    'Assets/a\u200b.cs',
    'Assets/a\u2028b.cs',
    'Assets/\ud800.cs',
    'Assets/a\u2215b.cs',
    'Assets/a\u2044b.cs',
    'Assets/a\uff0fb.cs',
    'Assets/\uff0e\uff0e/x.cs',
    'Assets/\u2025/x.cs',
    'Assets/com\u00b9.cs',
    'Assets/\uff23\uff2f\uff2e.cs',
    'Assets/Pl\u0430yer.cs',
    '\u0410ssets/x.cs',
    `Assets/${'x'.repeat(256)}`,
    '//server/share/Assets/x.cs',
    'file:///Assets/x.cs',
    'Assets/x.cs:stream',
  ])('refuses %j with a reason', (path) => {
    const result = parseAssetPath(path);
    expect(result).toEqual({ kind: 'refused', why: expect.stringMatching(/./) });
  });

  it('never accepts a path that resolves outside Assets', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '', 'Assets', 'a', 'b.cs'), { maxLength: 6 }), (parts) => {
        const result = parseAssetPath(parts.join('/'));
        if (result.kind === 'ok')
          expect(new URL(result.path, 'file:///p/').pathname.startsWith('/p/Assets')).toBe(true);
      }),
    );
  });

  it('knows what lies under a folder', () => {
    expect(isUnder('Assets/Scripts/A.cs', 'Assets/Scripts')).toBe(true);
    expect(isUnder('Assets/ScriptsOther/A.cs', 'Assets/Scripts')).toBe(false);
  });
});
