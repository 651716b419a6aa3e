export { useSetup } from './api/use-setup';
export { SetupProgress } from './components/setup-progress';
