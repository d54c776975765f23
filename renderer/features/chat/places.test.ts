import { expect, it } from 'vitest';
import { makePlaces } from './places.ts';

it('the place in a conversation is the same one until so many others were looked at', () => {
  const placeOf = makePlaces(2);
  placeOf('a').rows.set('call c1', 'on');
  placeOf('a').scroll = { offset: 120, measured: [] };
  placeOf('b');
  expect(placeOf('a')).toMatchObject({ scroll: { offset: 120 } });
  expect(placeOf('a').rows.get('call c1')).toBe('on');
  placeOf('b');
  placeOf('c');
  expect(placeOf('a')).toEqual({ rows: new Map(), scroll: null });
});
