export { openMicrophone } from './microphone.ts';
export { makeSpeaker } from './speaker.ts';
export { VoiceBar } from './VoiceBar.tsx';
export { VoiceButton } from './VoiceButton.tsx';
export { makeVoice, VoiceContext } from './voiceStore.ts';
