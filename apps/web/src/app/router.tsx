import { createBrowserRouter } from 'react-router';
import { Loading } from '../components/loading';
import { HomePage } from '../features/home';
import { LabsPage } from '../features/labs';
import { CrashPage, NotFoundPage } from './fallback-pages';
import { Shell } from './shell';

export const router = createBrowserRouter([
  {
    Component: Shell,
    ErrorBoundary: CrashPage,
    HydrateFallback: Loading,
    children: [
      { index: true, Component: HomePage },
      { path: 'labs', Component: LabsPage },
      {
        path: 'self-test',
        lazy: async () => ({ Component: (await import('../features/placement/pages')).SelfTestPage }),
      },
      {
        path: 'self-test/:id',
        lazy: async () => ({ Component: (await import('../features/placement/pages')).TestPage }),
      },
      {
        path: 'profile',
        lazy: async () => ({ Component: (await import('../features/profile')).ProfilePage }),
      },
      {
        path: 'sessions/:id',
        lazy: async () => ({ Component: (await import('../features/session')).SessionPage }),
      },
      {
        // Of a lab that somebody writes: kubedan lab preview leads here.
        path: 'preview',
        lazy: async () => ({ Component: (await import('../features/session')).PreviewPage }),
      },
      { path: '*', Component: NotFoundPage },
    ],
  },
]);
