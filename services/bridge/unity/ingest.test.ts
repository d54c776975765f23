import { describe, expect, it } from 'vitest';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import { safeName } from './ingest.ts';

describe('the name of a file that is copied in', () => {
  it.each([
    ['Hero Sprite.PNG', 'Hero Sprite.png'],
    ['Größe 名前.png', 'Größe 名前.png'],
    ['a:b?.png', 'a_b_.png'],
    ['CON.png', 'Imported_CON.png'],
    ['Con.tar.png', 'Imported_Con.tar.png'],
    ['a\u200bb.png', 'a_b.png'],
    ['Pl\u0430yer.png', 'Pl_yer.png'],
    ['a\u2044b.png', 'a_b.png'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(`/outside/${name}`)).toBe(safe);
  });

  it.each([`${'a'.repeat(99)}😀😀.png`, `${'名'.repeat(100)}.png`, '👨‍👩‍👧.png', '...png'])(
    '%j is one that a project takes',
    (name) => {
      expect(parseAssetPath(`Assets/${safeName(`/outside/${name}`)}`).kind).toBe('ok');
    },
  );
});
