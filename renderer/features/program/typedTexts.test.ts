import { describe, expect, it } from 'vitest';
import { makeTypedTexts } from './typedTexts.ts';

describe('what was typed and not saved', () => {
  it('is forgotten when what was sent is saved', () => {
    const typed = makeTypedTexts();
    typed.set('limits', { turn: '2' });
    const settle = typed.sending('limits');
    expect(typed.get('limits')).toEqual({ turn: '2' });
    expect(settle()).toBe(true);
    expect(typed.get('limits')).toBeUndefined();
  });

  it('stays when it was typed while a save was on its way, and goes with the save of its own', () => {
    const typed = makeTypedTexts();
    typed.set('limits', { turn: '2' });
    const first = typed.sending('limits');
    typed.set('limits', { turn: '25' });
    const second = typed.sending('limits');
    expect(first()).toBe(false);
    expect(typed.get('limits')).toEqual({ turn: '25' });
    expect(second()).toBe(true);
    expect(typed.get('limits')).toBeUndefined();
  });

  it('stays when nothing was typed before the save', () => {
    const typed = makeTypedTexts();
    const settle = typed.sending('limits');
    typed.set('limits', { turn: '3' });
    expect(settle()).toBe(false);
    expect(typed.get('limits')).toEqual({ turn: '3' });
  });

  it('of another form is left alone, and whoever shows a form is told of every change', () => {
    const typed = makeTypedTexts();
    let told = 0;
    const stop = typed.subscribe(() => (told += 1));
    typed.set('prompt Harbour ', { text: 'Review' });
    typed.set('prompt Quarry ', { text: 'Build' });
    typed.sending('prompt Harbour ')();
    expect(typed.get('prompt Quarry ')).toEqual({ text: 'Build' });
    expect(told).toBe(3);
    stop();
    typed.forget('prompt Quarry ');
    expect(told).toBe(3);
  });
});
