import type { CheckSpec } from '@kubedan/contracts';
import { execInquiry } from './exec-inquiry.js';
import { httpInquiry } from './http-inquiry.js';
import type { Inquiry } from './inquiry.js';

/** @returns what has to be asked for a check, or undefined for one that looks at what can be watched or read */
export function inquiryOf(check: CheckSpec, labNamespace: string | undefined): Inquiry | undefined {
  if ('http' in check) return httpInquiry(check.http, labNamespace);
  if ('exec' in check) return execInquiry(check.exec, labNamespace);
  return undefined;
}
