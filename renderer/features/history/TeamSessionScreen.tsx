import { useEffect, useRef } from 'react';
import { ArrowLeft, Eye } from 'lucide-react';
import type { TeamSessionView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf, formatCost } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { useOpenSession } from '../sessions/index.ts';
import { TeamEntries } from './TeamEntries.tsx';
import { TeamContext, type OpenedTeamSession } from './teamStore.ts';
import { dayText, personOf, teamSourceText, titleOf } from './teamWords.ts';
import styles from './Team.module.css';

/** Somebody's session as the database has it: to look at, with nothing that could change it. */
export function TeamSessionScreen() {
  const opened = TeamContext.use((state) => state.opened);
  const { closeSession } = TeamContext.useHandle();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  if (opened === null) return null;
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape goes back, as the button does
    <div
      className={styles.viewer}
      data-testid="team-session"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        closeSession();
      }}
    >
      <div className={styles.viewerHead}>
        <IconButton label="Back to the results" icon={ArrowLeft} onClick={closeSession} />
        <h3 ref={title} tabIndex={-1}>
          {opened.view?.kind === 'session' ? titleOf(opened.view.session) : 'A session of the team'}
        </h3>
      </div>
      <Contents opened={opened} />
    </div>
  );
}

function Contents({ opened: { sessionId, ref, view } }: { readonly opened: OpenedTeamSession }) {
  const { open } = TeamContext.useHandle();
  const again = <Button onClick={() => open(sessionId, ref)}>Try again</Button>;
  if (view === null) {
    return (
      <p className={styles.quiet} role="status">
        Reading the session…
      </p>
    );
  }
  switch (view.kind) {
    case 'session':
      return <Session view={view} />;
    case 'unknown':
      return <Trouble tone="info">The database has no such session any more. Nothing was changed.</Trouble>;
    case 'off':
      return <Trouble tone="info">No database is set up any more.</Trouble>;
    case 'away':
    case 'failed':
      return (
        <Trouble tone="warn" actions={again}>
          {safeText(view.why)} Nothing was changed.
        </Trouble>
      );
  }
}

function Trouble(props: Parameters<typeof Notice>[0]) {
  return (
    <div className={styles.column}>
      <Notice {...props} />
    </div>
  );
}

function Session({ view }: { readonly view: Extract<TeamSessionView, { readonly kind: 'session' }> }) {
  const { session, calls, changes, builds, frames, costMicroUsd, left } = view;
  const openHere = useOpenSession().open;
  const counts = [
    countOf(calls.length + left.calls, 'call'),
    countOf(changes.length + left.changes, 'change'),
    countOf(builds.length + left.builds, 'build'),
    countOf(frames, 'frame'),
    formatCost(costMicroUsd),
  ];
  return (
    <div className={styles.viewerBody}>
      <div className={styles.column}>
        <p className={styles.facts}>
          {[
            personOf(session),
            ...(session.projectName === null ? [] : [safeText(session.projectName)]),
            ...(session.unityVersion === null ? [] : [`Unity ${safeText(session.unityVersion)}`]),
            ...(session.model === null ? [] : [safeText(session.model)]),
            dayText(session.startedAt),
            ...(session.status === 'ended' ? ['ended'] : []),
            ...(session.simulated ? ['simulated'] : []),
          ].join(' · ')}
        </p>
        <p className={styles.facts}>{counts.join(' · ')}</p>
        <div className={styles.others} role="note">
          <Eye aria-hidden="true" />
          <span>
            {view.isHere
              ? 'This session is on this computer, too; here is what the database has of it.'
              : `The session of ${personOf(session)}, to look at. Nothing can be changed here.`}{' '}
            The database has what was done; what was said stays on the computer where it was said. Read{' '}
            {teamSourceText(view.source)}.
          </span>
          {view.isHere ? <Button onClick={() => openHere(session.sessionId)}>Open it here</Button> : null}
        </div>
      </div>
      <TeamEntries view={view} />
    </div>
  );
}
