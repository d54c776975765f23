export { ApprovalCard } from './ApprovalCard.tsx';
export { WaitingNotice } from './WaitingNotice.tsx';
export { ApprovalContext, makeApproval } from './approvalStore.ts';
export type { ApprovalHandle } from './approvalStore.ts';
