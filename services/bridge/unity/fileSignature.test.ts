import { expect, it } from 'vitest';
import { drawPng } from '../testing/fakeUnity.ts';
import { contentWarning } from './fileSignature.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

it.each([
  ['a.png', Buffer.from(drawPng([[1, 2, 3]]))],
  ['a.JPG', bytes('\xff\xd8\xff\xe0')],
  ['a.fbx', bytes('Kaydara FBX Binary  \0')],
  ['a.fbx', bytes('; FBX 7.4.0 project file')],
  ['a.wav', bytes('RIFF....WAVEfmt ')],
  ['a.mp3', bytes('\xff\xfb\x90\x44')],
  ['a.mp4', bytes('\0\0\0\x20ftypisom')],
  ['a.ttf', bytes('\0\x01\0\0\0\x0c')],
  ['a.glb', bytes('glTF\x02\0\0\0')],
  ['a.gltf', bytes('\xef\xbb\xbf {"asset": {}}')],
  ['a.json', bytes('{}')],
  ['a.csv', Buffer.from('\ufeffname', 'utf16le')],
  ['a.tga', bytes('\0\0\x02\0\0')],
])('%s that is what its name says needs no warning', (name, head) => {
  expect(contentWarning(name, head)).toBeNull();
});

it.each([
  ['a.png', bytes('hello'), 'holds text, not PNG'],
  ['a.png', bytes('<!DOCTYPE html>'), 'holds text, not PNG'],
  ['a.png', bytes('\xff\xd8\xff\xe0\0\x10JFIF'), 'holds JPEG, not PNG'],
  ['a.wav', bytes('RIFF\x10\0\0\0WEBPVP8 '), 'does not begin as WAV files do'],
  ['a.txt', bytes('MZ\x90\0\x03'), 'is not text'],
  ['a.json', Buffer.from(drawPng([[1, 2, 3]])), 'holds PNG, not text'],
  ['a.glb', bytes('{"asset": {}}'), 'holds text, not GLB'],
])('%s that is something else is said: %#', (name, head, words) => {
  expect(contentWarning(name, head)).toContain(words);
});
