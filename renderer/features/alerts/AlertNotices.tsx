import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { AlertsContext, type ServerAlert } from './alertsStore.ts';
import { adviceOf, placeOf, severityNames } from './words.ts';
import styles from './Alerts.module.css';

/** More than these would push the chat out of a small window, or of one column. */
const shownAtFirst = { wide: 2, narrow: 1 };
const tones = { critical: 'bad', warning: 'warn', info: 'info' } as const;

/** What is wrong with the servers now, and what of it is over; nothing where the setting says so. */
export function AlertNotices() {
  const { open, over } = AlertsContext.use((state) => state);
  const isOn = WindowContext.use((state) => state.alerts);
  const few = useOneColumn() ? shownAtFirst.narrow : shownAtFirst.wide;
  const [isWhole, setWhole] = useState(false);
  const now = useNow(isOn && open.length + over.length > 0, 30_000);
  if (!isOn || open.length + over.length === 0) return null;
  const shown = isWhole ? open : open.slice(0, few);
  const more = open.length - shown.length;
  return (
    <section className={styles.alerts} aria-label="Alerts of the servers">
      <div className={styles.list}>
        {shown.map((alert) => (
          <OpenAlert key={alert.alertId} alert={alert} now={now} />
        ))}
        {over.map((alert) => (
          <AlertOver key={alert.alertId} alert={alert} now={now} />
        ))}
      </div>
      {open.length <= few ? null : (
        <Button tone="quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer alerts' : `More alerts (${more})`}
        </Button>
      )}
    </section>
  );
}

interface AlertProps {
  readonly alert: ServerAlert;
  readonly now: number;
}

function OpenAlert({ alert, now }: AlertProps) {
  const { store } = WindowContext.useHandle();
  const { dismiss } = AlertsContext.useHandle();
  const place = placeOf(alert);
  return (
    <Notice
      tone={tones[alert.severity]}
      isOurs={false}
      actions={
        <>
          <Button onClick={() => store.setState({ view: place })}>
            {place === 'insights' ? 'Show insights' : 'Show health'}
          </Button>
          <Button tone="quiet" onClick={() => dismiss(alert.alertId)}>
            Dismiss
          </Button>
        </>
      }
    >
      <strong>{severityNames[alert.severity]}:</strong> {safeText(alert.summary)}
      <About alert={alert} />, {formatAge(alert.raisedAt, now)}. {safeText(adviceOf(alert))}
    </Notice>
  );
}

function AlertOver({ alert, now }: AlertProps) {
  const { dismiss } = AlertsContext.useHandle();
  return (
    <Notice
      tone="info"
      actions={
        <Button tone="quiet" onClick={() => dismiss(alert.alertId)}>
          Dismiss
        </Button>
      }
    >
      <strong>Over:</strong> {safeText(alert.summary)}
      <About alert={alert} />, ended {formatAge(alert.clearedAt ?? alert.raisedAt, now)}.
    </Notice>
  );
}

/** What a rule over everything is about needs no word. */
const About = ({ alert: { group } }: { readonly alert: ServerAlert }) =>
  group === 'all' ? null : <> ({safeText(group)})</>;
