const template = /\{\{(.*?)\}\}/gs;

/** @returns the expressions in `{{ … }}` of a message, trimmed */
export function templatesIn(text: string): string[] {
  return [...text.matchAll(template)].map((match) => (match[1] ?? '').trim());
}

/** Puts what `evaluate` says of each expression in the place of its `{{ … }}`. */
export function fillTemplate(text: string, evaluate: (expression: string) => string): string {
  return text.replace(template, (_, expression: string) => evaluate(expression.trim()));
}
