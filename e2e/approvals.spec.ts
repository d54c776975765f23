import { test } from './fixtures.ts';
import { approveStory } from './stories/approve.ts';

approveStory(test);
