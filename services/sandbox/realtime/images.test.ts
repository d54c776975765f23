import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRealtimeSimulator, type RealtimeSimulator } from './index.ts';
import { maxPictureBytes } from './pictures/picture.ts';
import { connectWith, inputText, userItem } from './testing/client.ts';

let simulator: RealtimeSimulator;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0 });
});
afterEach(async () => {
  await simulator.close();
});

/** A PNG whose pixels are given by their place. */
function png(width: number, height: number, pixel: (x: number, y: number) => readonly number[]): string {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) image.data.set([...pixel(x, y), 255], (y * width + x) * 4);
  return `data:image/png;base64,${PNG.sync.write(image).toString('base64')}`;
}
const inputImage = (url: string, detail?: string) => ({
  type: 'input_image',
  image_url: url,
  ...(detail === undefined ? {} : { detail }),
});
const start = Buffer.from('ffd8ffe000020000ffc0000b080078', 'hex');
/** The head of a JPEG of 160 by 120; nothing more of it is looked at. */
const jpeg = `data:image/jpeg;base64,${Buffer.concat([Buffer.from('ffd8ffe00004aaaaffc0001108007800a003', 'hex'), start]).toString('base64')}`;

async function ask(...content: readonly object[]): Promise<{ text: string; imageTokens: number }> {
  const client = await connectWith(simulator);
  client.send(userItem(...content));
  client.send({ type: 'response.create' });
  const { text } = await client.next('response.output_text.done');
  const { response } = await client.next('response.done');
  const { usage } = response as { usage: { input_token_details: { image_tokens: number } } };
  return { text: String(text), imageTokens: usage.input_token_details.image_tokens };
}

test('it tells the size and the main colour of an image', async () => {
  const grass = png(64, 48, (_, y) => (y < 12 ? [90, 150, 250] : [40, 160, 60]));
  const { text, imageTokens } = await ask(inputText('What do you see?'), inputImage(grass));
  expect(text).toContain('64 × 48 pixels');
  expect(text).toContain('green (75 % of it)');
  expect(imageTokens).toBe(255);
});

test('it tells that an image is blank, and of two images each', async () => {
  const black = png(8, 8, () => [0, 0, 0]);
  const red = png(1_025, 1, (x) => (x === 0 ? [0, 0, 0] : [200, 10, 10]));
  const { text, imageTokens } = await ask(inputImage(black, 'low'), inputImage(red));
  expect(text).toContain('it is blank: every pixel is black');
  expect(text).toContain('main colour is red (100 % of it)');
  expect(imageTokens).toBe(85 + 85 + 3 * 170);
});

test('of a JPEG it tells the size and that it cannot tell more', async () => {
  expect((await ask(inputImage(jpeg))).text).toContain('JPEG of 160 × 120 pixels; I decode only PNG');
});

test('a damaged image is called damaged', async () => {
  const whole = png(8, 8, () => [1, 2, 3]);
  const { text } = await ask(inputImage(whole.slice(0, whole.length - (whole.length % 4) - 40)));
  expect(text).toContain('damaged PNG of 8 × 8');
});

test.each([
  ['a link', 'https://example.invalid/a.png', 'invalid_image_url'],
  ['a GIF', 'data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'unsupported_image_format'],
  ['bytes that are no PNG', 'data:image/png;base64,AAAA', 'invalid_image'],
  ['a PNG called JPEG', png(2, 2, () => [0, 0, 0]).replace('png', 'jpeg'), 'invalid_image'],
  ['what is no base64', 'data:image/png;base64,%%%', 'invalid_image_url'],
  ['too much', `data:image/png;base64,${Buffer.alloc(maxPictureBytes + 1).toString('base64')}`, 'image_too_large'],
])('%s is refused as an image', async (_, url, code) => {
  const client = await connectWith(simulator);
  client.send({ ...userItem(inputText('look'), inputImage(url)), event_id: 'e' });
  expect(await client.next('error')).toMatchObject({
    error: { code, param: 'item.content.1.image_url', event_id: 'e' },
  });
});
