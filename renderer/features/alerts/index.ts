export { AlertNotices } from './AlertNotices.tsx';
export { AlertsContext, makeAlerts } from './alertsStore.ts';
