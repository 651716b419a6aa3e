/** For containers that are probed from their first moment on. */
export const notListeningYet = {
  path: /^event .* Unhealthy: .*connection refused/,
  because: 'a real program may not listen yet when it is first probed',
};
