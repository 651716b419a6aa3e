// Runs before the first paint, so that a remembered theme or language never flashes; a file of its own because of the CSP.
(() => {
  const root = document.documentElement;
  let theme = null;
  let language = null;
  try {
    theme = localStorage.getItem('kubedan.theme');
    language = localStorage.getItem('kubedan.language');
  } catch {
    // Storage may be forbidden; the defaults do.
  }
  const isDark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = isDark ? 'dark' : 'light';
  root.lang = (language ?? navigator.language).startsWith('zh') ? 'zh' : 'en';
})();
