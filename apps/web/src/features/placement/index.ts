export { SelfTestCard } from './components/self-test-card';
