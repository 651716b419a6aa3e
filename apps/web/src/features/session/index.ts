export { SessionPage } from './components/session-page';
