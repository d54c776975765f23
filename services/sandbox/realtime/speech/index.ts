export { decodeSpeech } from './decode.ts';
export { encodePieces, encodeSpeech } from './encode.ts';
export { speechRateHz } from './tones.ts';
export { toWav } from './wav.ts';
