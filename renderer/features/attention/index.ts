export { AttentionContext, makeAttention } from './attentionStore.ts';
export { AttentionOffer } from './AttentionOffer.tsx';
