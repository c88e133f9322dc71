import type { TemplateProblem } from '@juhub/job-template';
import type { TemplateUseRow } from '../../db/template-uses.js';
import type { TemplateVersionRow } from '../../db/template-versions.js';
import { describeProblems } from '../../pages/admin/templates/describe-problems.js';
import type { WorkbenchParts } from '../../pages/admin/templates/load-workbench.js';
import type { TemplateState } from '../../templates/templates.js';
import type {
  TemplateHistoryBody,
  TemplateStateBody,
  TemplateVersionBody,
  TrialBody,
} from '../shapes/template-state-shape.js';
import { writeMoment } from './write-moment.js';

/** Describes a template for an administrator. Pure. */
export function describeTemplateState({
  name,
  inUse,
  use,
  file,
  problems,
  isBroken,
}: TemplateState): TemplateStateBody {
  return {
    name,
    title: inUse?.title.en ?? null,
    version: inUse?.version ?? null,
    fileVersion: file?.template?.version ?? null,
    seen: use?.number ?? 0,
    decision: use === undefined ? null : describeDecision(use),
    isBroken,
    problems: describePlaces(problems),
  };
}

function describeDecision({ kind, usedBy, usedAt, note }: TemplateUseRow) {
  return { kind, usedBy, usedAt: writeMoment(usedAt), note };
}

/** The same with its history. Pure. */
export function describeTemplateHistory(
  state: TemplateState,
  uses: readonly TemplateUseRow[],
  versions: readonly TemplateVersionRow[],
): TemplateHistoryBody {
  return {
    ...describeTemplateState(state),
    uses: uses.map((use) => ({ number: use.number, version: use.version, ...describeDecision(use) })),
    versions: versions.map(({ version, origin, savedBy, savedAt }) => {
      return { version, origin, savedBy, savedAt: writeMoment(savedAt) };
    }),
  };
}

/** Describes the texts of a version. Pure. */
export function describeTemplateVersion({ savedAt, ...row }: TemplateVersionRow): TemplateVersionBody {
  return { ...row, savedAt: writeMoment(savedAt) };
}

/** Describes what was found out about a text. Pure. */
export function describeTrial({
  checked,
  preview,
  userName,
  isUserKnown,
  site,
  limitsProblem,
}: WorkbenchParts): TrialBody {
  return {
    isUsable: checked.isUsable,
    version: checked.template?.version ?? null,
    problems: describePlaces([...checked.problems, ...(preview?.templateProblems ?? [])]),
    user: userName,
    isUserKnown,
    site: site?.name ?? null,
    limitsProblem: limitsProblem ?? null,
    choiceProblems: (preview?.choiceProblems ?? []).map(({ field, code, message }) => ({ field, code, message })),
    script: preview?.script ?? null,
  };
}

function describePlaces(problems: readonly TemplateProblem[]): TemplateStateBody['problems'] {
  return describeProblems(problems).map(({ place, line, column, message }) => ({ place, line, column, message }));
}
