import type { TemplateProblem } from '@juhub/job-template';

/** There is no template of this name, or no such version of it. */
export class UnknownTemplate extends Error {
  readonly code = 'unknown-template';
  readonly transient = false;

  /** What its message on a page is made of. */
  readonly values: { readonly name: string; readonly version: string };

  constructor(name: string, version?: string) {
    super(
      version === undefined ? `There is no template called ${name}.` : `There is no version ${version} of ${name}.`,
    );
    this.name = 'UnknownTemplate';
    this.values = { name, version: version ?? 'none' };
  }
}

/** The text cannot be put in use; nothing changed. */
export class TemplateRefused extends Error {
  readonly code = 'template-refused';
  readonly transient = false;

  constructor(
    name: string,
    readonly problems: readonly TemplateProblem[],
  ) {
    const lines = problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super([`${name} cannot be put in use as it is.`, ...lines].join('\n'));
    this.name = 'TemplateRefused';
  }
}

/** What is in use is no longer what was looked at; nothing changed. */
export class TemplateChanged extends Error {
  readonly code = 'template-changed';
  readonly transient = false;

  constructor(name: string) {
    super(`Meanwhile another version of ${name} was put in use. Look at what changed, and decide again.`);
    this.name = 'TemplateChanged';
  }
}
