import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { uasSchema } from './uas.ts';

describe('the Universal Asset Schema', () => {
  it('is published as JSON Schema in docs/uas.schema.json (vitest -u writes it)', async () => {
    const schema = {
      $id: 'uas.schema.json',
      title: 'Universal Asset Schema 1.1',
      ...z.toJSONSchema(uasSchema, { io: 'output' }),
    };
    const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot('../../docs/uas.schema.json');
  });

  it('reads what version 1.0 wrote', () => {
    const old = {
      uasVersion: '1.0',
      asset: { path: 'Assets/P.prefab', guid: 'ab', type: 'UnityEngine.GameObject', name: 'P' },
      hierarchy: [{ id: '0', name: 'P', active: true, components: [{ type: 'Transform' }], children: [] }],
      unreadable: [{ what: 'dependencies', why: 'no tool' }],
    };
    expect(uasSchema.parse(old)).toEqual(old);
  });
});
