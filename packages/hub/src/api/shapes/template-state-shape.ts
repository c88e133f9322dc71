import { z } from 'zod';
import { components, momentShape } from './components.js';
import { startShape } from './start-shape.js';

const longestSource = 64 * 1024;
const longestNote = 200;
const longestName = 100;

const problemShape = z.strictObject({
  place: z.string().describe('`NAME.sbatch.hbs:LINE:COLUMN`, or that of a part.'),
  line: z.int(),
  column: z.int(),
  message: z.string(),
});

const decision = {
  kind: z
    .enum(['file', 'chosen', 'gone'])
    .describe('`file`: the file is followed; `chosen`: an administrator chose, whatever the file is; `gone`.'),
  usedBy: z.string().nullable().describe('The administrator; null: the file changed, or the command line was used.'),
  usedAt: momentShape,
  note: z.string().describe('Why, in the words of the administrator.'),
};

const stateFields = {
  name: z.string(),
  title: z.string().nullable(),
  version: z.string().nullable().describe('The version in use; null: nobody can start it.'),
  fileVersion: z.string().nullable().describe('That of the file; null: there is none, or it is broken.'),
  seen: z.int().describe('What the next decision about this template must say that it has seen.'),
  decision: z.strictObject(decision).nullable().describe('Why that version is in use.'),
  isBroken: z.boolean().describe('Something else is in use than should be, because of a problem.'),
  problems: z.array(problemShape).describe('What is wrong with the file, or with the version that was chosen.'),
};

/** A template as administrators see it. */
export const templateStateShape = z.strictObject(stateFields).register(components, { id: 'TemplateState' });

/** The same with its history. */
export const templateHistoryShape = z
  .strictObject({
    ...stateFields,
    uses: z
      .array(z.strictObject({ number: z.int(), version: z.string(), ...decision }))
      .describe('What was in use, the last first.'),
    versions: z
      .array(
        z.strictObject({
          version: z.string(),
          origin: z
            .enum(['disk', 'browser'])
            .describe('`browser`: an administrator made it, on the page or over the API.'),
          savedBy: z.string().nullable(),
          savedAt: momentShape,
        }),
      )
      .describe('Every version that is kept.'),
  })
  .register(components, { id: 'TemplateHistory' });

/** The texts of one version. */
export const templateVersionShape = z
  .strictObject({
    name: z.string(),
    version: z.string(),
    source: z.string(),
    parts: z.record(z.string(), z.string()).describe('The texts of the parts that it includes, by name.'),
    origin: z.enum(['disk', 'browser']),
    savedBy: z.string().nullable(),
    savedAt: momentShape,
  })
  .register(components, { id: 'TemplateVersion' });

const source = z.string().max(longestSource).optional();
const version = z.string().max(longestName).optional();

/** A text that is to be checked, and for whom its script is to be rendered. */
export const newTrialShape = z
  .strictObject({
    source: source.describe('The text; that of `version`, or of what is in use, where it is left out.'),
    version,
    user: z.string().max(longestName).optional().describe('For whom; oneself where it is left out.'),
    site: z.string().max(longestName).optional().describe('Where; the first that offers it where it is left out.'),
    choices: startShape.shape.choices,
  })
  .register(components, { id: 'NewTrial' });

/** What was found out about a text. Nothing was put in use, and nothing was started. */
export const trialShape = z
  .strictObject({
    isUsable: z.boolean().describe('It can be put in use; there may be problems all the same.'),
    version: z.string().nullable().describe('What its version would be called.'),
    problems: z.array(problemShape),
    user: z.string(),
    isUserKnown: z.boolean().describe('False: limits of the site are not known, and the name is only filled in.'),
    site: z.string().nullable(),
    limitsProblem: z.string().nullable().describe('Why the limits of the site are not known.'),
    choiceProblems: z.array(z.strictObject({ field: z.string(), code: z.string(), message: z.string() })),
    script: z.string().nullable().describe('The job script; null where there is none because of a problem.'),
  })
  .register(components, { id: 'Trial' });

const decided = {
  seen: z.int().min(0).describe('`seen` of the template when it was looked at: what changed since is not overwritten.'),
  note: z.string().max(longestNote).default('').describe('Why; it is kept in the history.'),
};

/** What is to be put in use: a text, or a version of the history. */
export const templateUseShape = z
  .strictObject({ source, version, ...decided })
  .refine((use) => (use.source === undefined) !== (use.version === undefined), {
    message: 'Give either `source` or `version`.',
    path: ['source'],
  })
  .register(components, { id: 'TemplateUse' });

/** Going back to the file. */
export const templateBackShape = z.strictObject(decided).register(components, { id: 'TemplateBack' });

export type TemplateStateBody = z.infer<typeof templateStateShape>;
export type TemplateHistoryBody = z.infer<typeof templateHistoryShape>;
export type TemplateVersionBody = z.infer<typeof templateVersionShape>;
export type TrialBody = z.infer<typeof trialShape>;
