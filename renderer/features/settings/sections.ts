import type { ConfigItem } from '../../../shared/contracts/api/index.ts';

/** The parts of the settings in the order of the list; `words` are found by the search beside the title. */
export const sections = [
  {
    id: 'appearance',
    title: 'Appearance',
    words: 'theme dark light text font size compact always on top notifications',
  },
  {
    id: 'conversation',
    title: 'Conversation',
    words: 'message while busy interrupt queue reasoning effort sonnet code model voice',
  },
  { id: 'rules', title: 'Project rules', words: 'instructions project model told always keep to' },
  { id: 'prompts', title: 'Saved prompts', words: 'prompt text template slash again' },
  { id: 'allowed', title: 'Always allowed', words: 'approval remember folder write ask revoke always here' },
  { id: 'budgets', title: 'Budgets and limits', words: 'budget money cost turn session day calls failures' },
  { id: 'prices', title: 'Prices', words: 'price model dollars tokens' },
  { id: 'shortcuts', title: 'Shortcuts', words: 'keys keyboard combination palette' },
  { id: 'model', title: 'Model', words: 'openai realtime key proxy test connection' },
  { id: 'codeModel', title: 'Code model', words: 'anthropic sonnet key test' },
  { id: 'unity', title: 'Unity', words: 'mcp server editor token test connection' },
  { id: 'nats', title: 'NATS', words: 'jetstream events server test connection' },
  { id: 'database', title: 'PostgreSQL', words: 'database primary replica password tls test connection' },
  { id: 'program', title: 'Program', words: 'log level user data folder web host port environment' },
  { id: 'data', title: 'Data', words: 'folder retention keep frames sessions erase delete privacy disk' },
] as const;

export type SectionId = (typeof sections)[number]['id'];

export const isSection = (id: string): id is SectionId => sections.some((section) => section.id === id);

/** Which variables belong under a heading; none for the parts that are no variables. */
export function itemsOf(id: SectionId, items: readonly ConfigItem[]): readonly ConfigItem[] {
  return items.filter(({ section }) => section === id || (id === 'program' && section === 'web'));
}

/** Every word of the search is somewhere in the text. */
export const fits = (text: string, search: string): boolean =>
  search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));

export const itemText = ({ name, meaning }: ConfigItem): string => `${name} ${meaning}`;

/** The parts in which something fits, all for an empty search. */
export function sectionsFor(search: string, items: readonly ConfigItem[]): readonly (typeof sections)[number][] {
  const wanted = search.trim();
  if (wanted === '') return sections;
  return sections.filter(
    ({ id, title, words }) =>
      fits(`${title} ${words}`, wanted) || itemsOf(id, items).some((item) => fits(itemText(item), wanted)),
  );
}
