import { type JobTemplate, TemplateError, type TemplateProblem } from '@juhub/job-template';
import { type ChoiceProblem, RequestRefused } from '../steps/check-request.js';
import { renderTrial, type TrialJob } from './render-trial.js';

/** A job script that nobody submits, or why there is none. */
export interface JobPreview {
  readonly script: string | undefined;
  /** What is wrong with the choices, by field. */
  readonly choiceProblems: readonly ChoiceProblem[];
  /** Where the template cannot take these choices. */
  readonly templateProblems: readonly TemplateProblem[];
}

/** Renders as a spawn does; what is wrong is told and not thrown. */
export function previewJob(template: JobTemplate, job: TrialJob): JobPreview {
  try {
    return { script: renderTrial(template, job).script, choiceProblems: [], templateProblems: [] };
  } catch (error) {
    if (error instanceof RequestRefused) {
      return { script: undefined, choiceProblems: error.problems, templateProblems: [] };
    }
    if (error instanceof TemplateError) {
      return { script: undefined, choiceProblems: [], templateProblems: error.problems };
    }
    throw error;
  }
}
