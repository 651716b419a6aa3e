export { useLabs } from './api/use-labs';
export { useOpenSessions } from './api/use-open-sessions';
export { useStartSession } from './api/use-start-session';
export { LabsPage } from './components/labs-page';
