export { AllowedPart } from './AllowedPart.tsx';
export { ProjectContext, makeProject } from './projectStore.ts';
export { PromptsPart } from './PromptsPart.tsx';
export { RulesPart } from './RulesPart.tsx';
