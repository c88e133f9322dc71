import {
  checkTemplate,
  type JobTemplate,
  parseTemplate,
  TemplateError,
  type TemplateOrigin,
  type TemplateProblem,
} from '@juhub/job-template';

/** What was found out about a template's text. */
export interface CheckedSource {
  /** Undefined: it cannot even be read. */
  readonly template: JobTemplate | undefined;
  /** Whether it can be in use; there may be problems all the same, such as a field that the script ignores. */
  readonly isUsable: boolean;
  readonly problems: readonly TemplateProblem[];
}

/** Checks a template's text as that of a file is checked before it is in use. Runs `bash -n`; runs no script. */
export async function checkSource(source: string, origin: TemplateOrigin): Promise<CheckedSource> {
  let template: JobTemplate;
  try {
    template = parseTemplate(source, origin);
  } catch (error) {
    if (error instanceof TemplateError) {
      return { template: undefined, isUsable: false, problems: error.problems };
    }
    throw error;
  }
  const problems = await checkParsed(template);
  return { template, isUsable: isUsable(problems), problems };
}

/** What checkTemplate says; where there is no bash, scripts are taken as they are. */
export function checkParsed(template: JobTemplate): Promise<readonly TemplateProblem[]> {
  return checkTemplate(template).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return [];
    }
    throw error;
  });
}

/** Whether a template of which this was found can be in use: nobody can start a script that bash cannot read. */
export function isUsable(problems: readonly TemplateProblem[]): boolean {
  return !problems.some(({ code }) => code === 'shell');
}
