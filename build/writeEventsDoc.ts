import { writeFile } from 'node:fs/promises';
import { eventsDocFile, makeEventsDoc } from './eventsDoc.ts';

await writeFile(eventsDocFile, await makeEventsDoc());
