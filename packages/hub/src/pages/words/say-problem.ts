import { type JobTemplate, pickText } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { ChoiceProblem } from '../../spawn/steps/check-request.js';

/** Says what is wrong with a choice, in the words of the form; a code that is not known keeps its English message. */
export function sayProblem(
  problem: ChoiceProblem,
  template: Pick<JobTemplate, 'fields'> | undefined,
  say: Say,
): string {
  const { field: name, code, values, message } = problem;
  const field = template?.fields.find((one) => one.name === name);
  const words = {
    ...values,
    ...(field === undefined ? {} : { label: pickText(field.label, say.language) }),
    ...(field?.help === undefined ? {} : { form: pickText(field.help, say.language) }),
    // A select of the message's format cannot ask for the empty text.
    ...(values.place === '' ? { place: 'empty' } : {}),
    ...(values.gpuType === '' ? { gpuType: 'empty' } : {}),
  };
  return say.find(`problem.${code}`, words) ?? message;
}
