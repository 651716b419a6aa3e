export { SessionPage } from './components/session-page';
export { PreviewPage } from './preview/preview-page';
