import { Check, Copy } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { useText } from '../i18n';
import styles from './markdown.module.css';

function CodeBlock({ children }: { children?: ReactNode }) {
  const { t } = useText();
  const ref = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const text = ref.current?.textContent?.replace(/\n$/, '') ?? '';
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className={styles.code}>
      {/* Long lines scroll sideways: the keyboard must be able to do that too. */}
      <pre ref={ref} tabIndex={0}>
        {children}
      </pre>
      <button
        type="button"
        className="button small icon"
        aria-label={copied ? t('app.copied') : t('app.copy.code')}
        onClick={() => void copy()}
      >
        {copied ? <Check aria-hidden size={15} /> : <Copy aria-hidden size={15} />}
      </button>
    </div>
  );
}

/** The clipboard needs a secure context; plain http elsewhere than on localhost has only the old command. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** A lab's text. Headings begin below the page's own. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          h1: ({ children }) => <h2>{children}</h2>,
          h2: ({ children }) => <h3>{children}</h3>,
          h3: ({ children }) => <h4>{children}</h4>,
          pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer">
              {children}
            </a>
          ),
          table: ({ children }) => (
            <div className={styles.table} tabIndex={0}>
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}

/** A sentence that may hold `code`; nothing else of Markdown. */
export function Inline({ text }: { text: string }) {
  return text.split(/(`[^`]+`)/).map((part, index) =>
    part.startsWith('`') && part.endsWith('`') && part.length > 2 ? (
      <code key={index} className={styles.inline}>
        {part.slice(1, -1)}
      </code>
    ) : (
      part
    ),
  );
}
