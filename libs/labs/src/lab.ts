import type { LabDocument, LocalizedText } from '@kubedan/contracts';
import type { LabFiles } from './folder.js';

/** A lab as it stands in its folder: not yet bound to a seed. */
export interface Lab {
  /** Absolute. */
  readonly dir: string;
  readonly name: string;
  /** Content hash (sha256, hex): the lab's version. */
  readonly hash: string;
  readonly spec: LabDocument;
  /** Markdown. */
  readonly texts: LocalizedText;
  /** Markdown, for after the session: why it was so. Absent when the lab has none. */
  readonly debrief?: LocalizedText;
  readonly files: LabFiles;
}
