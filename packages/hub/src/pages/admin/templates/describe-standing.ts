import { basename } from 'node:path';
import type { JobTemplate } from '@juhub/job-template';
import type { Say } from '../../../messages/say.js';
import type { TemplateState } from '../../../templates/templates.js';
import { type ComparedFile, compareTemplates } from './compare-templates.js';
import { describeProblems, type ProblemView } from './describe-problems.js';
import { workbenchPathOf } from './template-paths.js';

/**
 * How the version in use and the file stand to each other. `follows`: the file is in use. `same`: another decision, the
 * same text. `differs`, `broken`, `missing`: what the file is while something else is in use. `gone`: neither is there.
 */
export type StandingKind = 'follows' | 'same' | 'differs' | 'broken' | 'missing' | 'gone';

/** How a template stands, for admins. */
export interface Standing {
  readonly kind: StandingKind;
  /** True: an admin chose the version in use, and the file does not count. */
  readonly isChosen: boolean;
  readonly fileName: string;
  /** The same in a sentence. */
  readonly sentence: string;
  readonly problems: readonly ProblemView[];
  /** What would change if the file were in use. */
  readonly changes: readonly ComparedFile[];
  /** Where the file is on the workbench; undefined where it is there already, or there is none. */
  readonly fileOnWorkbenchPath: string | undefined;
  /** Whether one can go back to the file. */
  readonly canGoBack: boolean;
  /** Going back takes the template away, because there is no file. */
  readonly isMissing: boolean;
}

/** Describes how a template stands. Pure. */
export function describeStanding(state: TemplateState, file: string, say: Say): Standing {
  const { name, inUse, use } = state;
  const fileName = basename(file);
  const kind = findKind(state);
  const isChosen = use?.kind === 'chosen';
  const hasOtherFile = kind === 'differs' || kind === 'broken';
  return {
    kind,
    isChosen,
    fileName,
    sentence: say(`adminTemplates.standing.${kind}`, { file: fileName }),
    problems: describeProblems(state.problems),
    changes: kind === 'differs' ? compare(name, inUse, state.file?.template) : [],
    fileOnWorkbenchPath:
      hasOtherFile && state.file?.source !== undefined ? `${workbenchPathOf(name)}?from=file` : undefined,
    canGoBack: isChosen && kind !== 'broken',
    isMissing: kind === 'missing',
  };
}

function findKind({ file, inUse, use }: TemplateState): StandingKind {
  if (file === undefined) {
    return inUse === undefined ? 'gone' : 'missing';
  }
  if (file.template === undefined) {
    return 'broken';
  }
  if (file.template.version !== inUse?.version) {
    return 'differs';
  }
  return use?.kind === 'chosen' ? 'same' : 'follows';
}

function compare(name: string, before: JobTemplate | undefined, after: JobTemplate | undefined): ComparedFile[] {
  return before === undefined || after === undefined ? [] : compareTemplates(name, before, after);
}
