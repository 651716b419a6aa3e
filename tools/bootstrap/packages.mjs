// The system's packages that tests want: a browser, the sandbox, the learner's tools.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { install, mayInstall, onPath } from './apt.mjs';
import { say } from './console.mjs';

/** What the tests use, where it is when it is there, the Debian package that brings it, and what is skipped without it. */
const wanted = [
  { file: '/usr/bin/bwrap', package: 'bubblewrap', without: 'terminals and the proofs inside the sandbox' },
  { file: '/usr/bin/chromium', package: 'chromium', without: 'the tests in a browser' },
  { file: '/usr/bin/jq', package: 'jq', without: "jq in the learner's shell" },
  { file: '/usr/bin/curl', package: 'curl', without: "curl in the learner's shell" },
  { file: '/usr/bin/nano', package: 'nano', without: "the editor in the learner's shell" },
  {
    file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    package: 'fonts-noto-cjk',
    without: 'Chinese glyphs in screenshots',
  },
];

/** Installs what is missing where that is allowed (Debian, root); elsewhere says what will be skipped. */
export async function installSystemPackages() {
  const missing = wanted.filter(({ file }) => !existsSync(file) && !onPath(path.basename(file)));
  if (missing.length === 0) return;
  const names = missing.map((entry) => entry.package);
  if (mayInstall()) await install(names);
  for (const entry of missing) {
    if (!existsSync(entry.file) && !onPath(path.basename(entry.file))) {
      say(
        `${entry.package} is not here, so ${entry.without} will be skipped. On Debian: apt-get install ${entry.package}`,
      );
    }
  }
}
