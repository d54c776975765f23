import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { ProjectContext } from './projectStore.ts';

/** Why something of the project could not be read or saved, and the way to read it again. */
export function ProjectError() {
  const error = ProjectContext.use((state) => state.error);
  const { load } = ProjectContext.useHandle();
  if (error === null) return null;
  return (
    <Notice tone="bad" actions={<Button onClick={() => void load()}>Read again</Button>}>
      {error.message}
    </Notice>
  );
}
