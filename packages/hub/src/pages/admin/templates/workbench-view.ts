import type { Say } from '../../../messages/say.js';
import type { FieldView } from '../../start/describe-field.js';
import { type ComparedFile, compareTemplates } from './compare-templates.js';
import { describeProblems, lineIdOf, type ProblemView, partIdOf } from './describe-problems.js';
import type { WorkbenchParts } from './load-workbench.js';
import { type NumberedText, numberText } from './number-lines.js';
import { workbenchPathOf } from './template-paths.js';

/** What is on the workbench, as the page shows it: all of it changes with what is typed. */
export interface WorkbenchView {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  /** The lines of the source; the page shows their numbers beside the text. */
  readonly sourceText: NumberedText;
  readonly seen: number;
  /** Another version was put in use since the admin looked. */
  readonly isStale: boolean;
  readonly userName: string;
  readonly isUserKnown: boolean;
  readonly sites: readonly { readonly value: string; readonly label: string; readonly isSelected: boolean }[];
  readonly fields: readonly FieldView[];
  readonly choiceProblems: readonly { readonly message: string }[];
  readonly limitsProblem: string | undefined;
  /** What keeps it from being put in use. */
  readonly faults: readonly ProblemView[];
  /** What may be meant so. */
  readonly remarks: readonly ProblemView[];
  readonly script: NumberedText | undefined;
  readonly parts: readonly NumberedText[];
  /** Against the version in use. */
  readonly changes: readonly ComparedFile[];
  /** Nothing was changed. */
  readonly isSame: boolean;
  readonly canBeUsed: boolean;
}

/** Describes what is on the workbench. Pure. */
export function describeWorkbench(parts: WorkbenchParts, say: Say): WorkbenchView {
  const { name, source, state, checked, preview } = parts;
  const problems = describeProblems(checked.problems);
  const ofChoices = describeProblems(preview?.templateProblems ?? []);
  const faults = checked.isUsable ? [] : problems;
  const remarks = checked.isUsable ? [...problems, ...ofChoices.filter((one) => !isIn(one, problems))] : ofChoices;
  const badLines = new Set([...faults, ...remarks].filter(({ isOwn }) => isOwn).map(({ line }) => line));
  const script = preview?.script;
  const changes = listChanges(parts);
  return {
    name,
    path: workbenchPathOf(name),
    source,
    sourceText: numberText({ id: 'source', name: `${name}.sbatch.hbs`, text: source }, badLines),
    seen: parts.seen,
    isStale: (state.use?.number ?? 0) !== parts.seen,
    userName: parts.userName,
    isUserKnown: parts.isUserKnown,
    sites: parts.sites.map((site) => ({ value: site.name, label: site.title, isSelected: site === parts.site })),
    fields: parts.fields.views,
    choiceProblems: [...(preview?.choiceProblems ?? [])],
    limitsProblem: parts.limitsProblem,
    faults,
    remarks,
    script:
      script === undefined ? undefined : numberText({ id: 'script', name: say('adminTemplates.script'), text: script }),
    parts: listParts(parts, [...faults, ...remarks]),
    changes,
    isSame: changes.length === 0,
    canBeUsed: checked.isUsable,
  };
}

function isIn({ place, message }: ProblemView, others: readonly ProblemView[]): boolean {
  return others.some((other) => other.place === place && other.message === message);
}

function listChanges({ name, source, state, checked }: WorkbenchParts): ComparedFile[] {
  const before = state.inUse;
  return before === undefined ? [] : compareTemplates(name, before, { source, parts: checked.template?.parts });
}

function listParts({ template }: WorkbenchParts, problems: readonly ProblemView[]): NumberedText[] {
  return [...(template?.parts ?? [])].map(([part, { text }]) => {
    const id = partIdOf(part);
    const bad = problems.filter(({ anchor, line }) => anchor === lineIdOf(id, line)).map(({ line }) => line);
    return numberText({ id, name: `parts/${part}.sh`, text }, new Set(bad));
  });
}
