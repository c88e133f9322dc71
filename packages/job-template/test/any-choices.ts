// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell
import fc from 'fast-check';
import type { ChoiceLimits, JobTemplate, TemplateField } from '../src/index.js';

/** What a form sent, and which of its values the cluster knows: there are strange names of partitions and projects too. */
export interface Given {
  readonly raw: Readonly<Record<string, string>>;
  readonly isOffered: Readonly<Record<string, boolean>>;
}

const NASTY = [
  ...[
    '',
    ' ',
    '\\',
    "'",
    '"',
    "'\\''",
    '\\"',
    '#',
    '-',
    '--',
    '-x',
    '--wrap=id',
    '~',
    '~root',
    '*',
    '[a]',
    '{a,b}',
    '!!',
  ],
  ...[
    '$(id)',
    '`id`',
    '${HOME}',
    '$HOME',
    '$((1+1))',
    "$'\\n'",
    '; id',
    '& id',
    '| id',
    '> /tmp/x',
    '<(id)',
    '&& id #',
  ],
  ...[
    '#SBATCH --wrap=id',
    'a #SBATCH --uid=0',
    'a\n#SBATCH --wrap=id',
    'a\r#PBS -N x',
    "'; id; '",
    "'\nid\n'",
    '") ; id # (',
  ],
  ...[
    '}',
    '} ; id ; x() {',
    'END',
    'esac',
    'done',
    '{{choices.remark}}',
    '{{{x}}}',
    '{{> serve}}',
    'exit 0',
    'true',
    'on',
    '1',
    '-1',
    '007',
  ],
  ...[
    'a\tb',
    'a\0b',
    '\u001b[31m',
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\udc00a',
    '🧪',
    'e\u0301',
    '日本',
  ],
  ...['x'.repeat(200), 'x'.repeat(201), "'".repeat(199), '$(id)'.repeat(40), '\\'.repeat(4999), 'ä'.repeat(6000)],
];

/** Any text at all: of any characters, of those that shells mind, of plain ones, short and long. */
export const anyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'\'"\\$()`;#!&|<>{}[]=~*?-\n a1') }),
);

const plainText = fc.stringMatching(/^[A-Za-z0-9_.,:=/@%+-]{1,30}$/);
/** Two words, or one with a sign that sbatch would not read as it stands. */
const almostPlain = fc
  .tuple(plainText, fc.constantFrom(...' \'"\\#;$ä', ' '), plainText)
  .map((parts) => parts.join('').slice(0, 40));
/** Any text that may stand in a script. */
export const cleanText = anyText.filter((text) => isClean(text) && text !== '');

/** What may be sent for the fields of a template: for each what it asks for, or for some of them anything else. */
export function anyChoices(template: JobTemplate): fc.Arbitrary<Given> {
  const { fields } = template;
  const good = Object.fromEntries(fields.map((field) => [field.name, goodValue(template, field)]));
  const any = Object.fromEntries(
    fields.map(({ name }) => [
      name,
      fc.oneof({ weight: 4, arbitrary: good[name] ?? anyText }, { weight: 1, arbitrary: anyText }),
    ]),
  );
  const offers = (arbitrary: fc.Arbitrary<boolean>) =>
    fc.record(Object.fromEntries(fields.map(({ name }) => [name, arbitrary])));
  return fc.oneof(
    fc.record({ raw: fc.record(good), isOffered: offers(fc.constant(true)) }),
    fc.record({ raw: fc.record(any), isOffered: offers(fc.boolean()) }),
  );
}

function goodValue(template: JobTemplate, field: TemplateField): fc.Arbitrary<string> {
  const { name, choices = [] } = field;
  const fitting = cleanText.filter((text) => fitsText(field, text));
  switch (field.type) {
    case 'integer':
    case 'duration':
      return fc.integer({ min: 1, max: 50 }).map(String);
    case 'choice':
      return fc.constantFrom(...choices.map(({ value }) => value));
    case 'boolean':
      return fc.constantFrom('', 'true', 'on', 'false', 'off');
    default:
      return template.source.includes(`{{sbatch choices.${name}}}`)
        ? fc.oneof(
            { weight: 12, arbitrary: plainText },
            { weight: 2, arbitrary: almostPlain },
            { weight: 1, arbitrary: fitting },
          )
        : fitting;
  }
}

function fitsText({ max = 200, pattern = '.*' }: TemplateField, text: string): boolean {
  return [...text].length <= max && new RegExp(`^(?:${pattern})$`, 'su').test(text);
}

/** A cluster that has what is offered, under whatever name. */
export function limitsFor({ raw, isOffered }: Given): ChoiceLimits {
  const offer = (name: string): string[] => ['usual', ...(isOffered[name] && raw[name] ? [raw[name]] : [])];
  const large = { minNodes: 1, maxNodes: 1e6, gpusPerNode: 1e6 };
  return {
    partitions: offer('partition').map((name) => ({ name, ...large })),
    accounts: offer('account'),
    qos: offer('qos').map((name) => ({ name })),
    reservations: offer('reservation'),
  };
}

/** Whether no sign of it could begin a line, drive a terminal or not be written as UTF-8. */
export function isClean(text: string): boolean {
  return text.isWellFormed() && !/[\0-\x1f\x7f-\x9f\u2028\u2029]/.test(text);
}

/** Whether sbatch reads it with and without quotes alike. */
export function isPlain(text: string): boolean {
  return /^[\w.,:=/@%+-]+$/.test(text);
}

/** The fields whose values have to be refused, and those of which only the range of their numbers decides. */
export function listBadFields({ fields }: JobTemplate, given: Given): { bad: string[]; unsure: string[] } {
  const unclean = fields.filter(({ name }) => !isClean(given.raw[name] ?? ''));
  const bad = unclean.length > 0 ? unclean : fields.filter((field) => judge(field, given) === false);
  const unsure = unclean.length > 0 ? [] : fields.filter((field) => judge(field, given) === undefined);
  return { bad: bad.map(({ name }) => name), unsure: unsure.map(({ name }) => name) };
}

function judge(field: TemplateField, { raw, isOffered }: Given): boolean | undefined {
  const { type, name, choices = [] } = field;
  const text = raw[name] ?? '';
  if (text === '' && (type === 'integer' || type === 'duration')) {
    return undefined;
  }
  if (text === '') {
    const hasOther = field.default !== undefined || type === 'account' || type === 'qos' || type === 'reservation';
    return hasOther || type === 'boolean' || !field.required;
  }
  switch (type) {
    case 'text':
      return fitsText(field, text);
    case 'boolean':
      return ['true', 'on', 'false', 'off'].includes(text);
    case 'choice':
      return choices.some(({ value }) => value === text);
    case 'integer':
    case 'duration':
      return /^[1-9]$|^[1-4]\d$|^50$/.test(text) || (/^-?\d+$/.test(text) ? undefined : false);
    default:
      return isOffered[name] || text === 'usual';
  }
}
