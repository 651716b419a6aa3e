/** The pages, loaded when somebody goes there; the index is part of the home page. */
export { SelfTestPage } from './components/self-test-page';
export { TestPage } from './components/test-page';
