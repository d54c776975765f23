import { describe, expect, it } from 'vitest';
import { sampleConfig } from '../../testing/setupStates.ts';
import { sections, sectionsFor } from './sections.ts';

const found = (search: string): string[] => sectionsFor(search, sampleConfig).map(({ id }) => id);

describe('a search of the settings', () => {
  it('finds parts by their words and by their variables, in any order of words', () => {
    expect(found('dark')).toEqual(['appearance']);
    expect(found('SLATE_DB_SSL'.replace('SLATE', 'SPARK'))).toEqual(['database']);
    expect(found('address primary')).toEqual(['database']);
    expect(found('key openai')).toContain('model');
  });

  it('finds nothing for what is nowhere, and all for nothing', () => {
    expect(found('zeppelin')).toEqual([]);
    expect(found('  ')).toEqual(sections.map(({ id }) => id));
  });
});
