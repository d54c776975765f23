import { describePicture } from '../pictures/describe.ts';

/** What it says to sound that is not its own test voice. */
export const notUnderstood = (seconds: number): string =>
  `I am a stand-in for the model: I heard speech of ${seconds.toFixed(1)} seconds, but I understand only my own test voice. Please type it.`;

/** What it can honestly tell of the images it was given. */
export function aboutPictures(urls: readonly string[]): string {
  if (urls.length === 1) return `I see ${describePicture(urls[0] ?? '')}.`;
  return `I see ${urls.length} images:\n\n${urls.map((url) => `- ${describePicture(url)}`).join('\n')}`;
}
