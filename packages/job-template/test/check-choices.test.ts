import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChoiceLimits, checkChoices, parseTemplate } from '../src/index.js';

const template = parseTemplate(
  `---
title: Lab
fields:
  partition: { type: partition, label: Node type }
  account: { type: account, label: Project }
  qos: { type: qos, label: Quality of service, required: false }
  reservation: { type: reservation, label: Reservation, required: false }
  nodes: { type: integer, label: Nodes, default: 1, min: 1 }
  gpus: { type: integer, label: GPUs, default: 0 }
  minutes: { type: duration, label: Run time, default: 60, max: 1440 }
  port: { type: integer, label: Port, required: false }
  flavour: { type: choice, label: Flavour, choices: [plain, { value: hot, label: Very hot }], default: plain }
  debug: { type: boolean, label: Debug }
  remark: { type: text, label: Remark, required: false, max: 10, pattern: '[a-z ]*', help: small letters }
---
`,
  { file: 'lab.sbatch.hbs' },
);

const limits: ChoiceLimits = {
  partitions: [
    { name: 'devel', minNodes: 1, maxNodes: 1, gpusPerNode: 0, maxMinutes: 120, accounts: ['climate'] },
    { name: 'gpus', minNodes: 1, maxNodes: 4, gpusPerNode: 4, gpuType: 'a100', maxMinutes: 720 },
    { name: 'big', minNodes: 8, maxNodes: 64, gpusPerNode: 1, defaultMinutes: 30, qos: ['normal'] },
    { name: 'login-node', title: 'Login node', kind: 'login', minNodes: 1, maxNodes: 1, gpusPerNode: 0 },
  ],
  accounts: ['climate', 'brain'],
  qos: [{ name: 'normal' }, { name: 'short', maxMinutes: 30 }],
  reservations: ['school'],
};

function check(raw: Record<string, string>) {
  return checkChoices(template, { partition: 'gpus', account: 'climate', ...raw }, limits);
}

function refusalOf(raw: Record<string, string>): string {
  const checked = check(raw);
  return checked.ok ? 'allowed' : checked.problems.map((problem) => `${problem.field}: ${problem.message}`).join('\n');
}

describe('choices that are allowed', () => {
  test('come back with their types, and what was left empty with its default', () => {
    expect(check({ nodes: '2', gpus: '4', minutes: '720', qos: 'normal', debug: 'on', remark: 'so so' })).toEqual({
      ok: true,
      choices: {
        partition: 'gpus',
        account: 'climate',
        qos: 'normal',
        nodes: 2,
        gpus: 4,
        minutes: 720,
        flavour: 'plain',
        debug: true,
        remark: 'so so',
      },
    });
  });

  test('a default gives way to what the partition allows', () => {
    const checked = check({ partition: 'big', nodes: '', gpus: '', minutes: '' });
    expect(checked).toMatchObject({ ok: true, choices: { nodes: 8, gpus: 0, minutes: 60 } });
    expect(check({ qos: 'short', minutes: '' })).toMatchObject({ ok: true, choices: { minutes: 30 } });
  });

  test('without an account the person’s first one that the partition admits is taken', () => {
    expect(check({ account: '' })).toMatchObject({ choices: { account: 'climate' } });
  });

  test('where the site charges no accounts none is needed', () => {
    const checked = checkChoices(template, { partition: 'gpus' }, { ...limits, accounts: [] });
    expect(checked.ok && Object.hasOwn(checked.choices, 'account')).toBe(false);
    expect(checked.ok).toBe(true);
  });

  test('on the login node account, QOS and reservation fall away, as the form cannot help sending them', () => {
    const checked = check({ partition: 'login-node', account: 'climate', qos: 'normal', reservation: 'school' });
    expect(checked.ok && Object.keys(checked.choices)).toEqual([
      'partition',
      'nodes',
      'gpus',
      'minutes',
      'flavour',
      'debug',
    ]);
  });
});

describe('what is not allowed is refused with words that say what is', () => {
  test.each([
    [
      { partition: 'devel', minutes: '300' },
      'minutes: The partition devel allows at most 120 minutes; you asked for 300.',
    ],
    [{ minutes: '1441' }, 'minutes: The partition gpus allows at most 720 minutes; you asked for 1441.'],
    [
      { partition: 'login-node', minutes: '1441' },
      'minutes: Run time: at most 1440 minutes are allowed; you asked for 1441.',
    ],
    [{ minutes: '0' }, 'minutes: Run time: at least 1 minutes is needed; you asked for 0.'],
    [{ qos: 'short', minutes: '31' }, 'minutes: The QOS short allows at most 30 minutes; you asked for 31.'],
    [{ gpus: '8' }, 'gpus: The partition gpus has 4 GPUs (a100) a node; you asked for 8.'],
    [{ gpus: '-1' }, 'gpus: GPUs: at least 0 is needed; you asked for -1.'],
    [{ partition: 'devel', gpus: '1' }, 'gpus: The partition devel has no GPUs; you asked for 1.'],
    [{ partition: 'big', nodes: '9', gpus: '2' }, 'gpus: The partition big has 1 GPU a node; you asked for 2.'],
    [{ nodes: '5' }, 'nodes: The partition gpus allows 1 to 4 nodes; you asked for 5.'],
    [{ partition: 'devel', nodes: '2' }, 'nodes: The partition devel allows one node; you asked for 2.'],
    [{ partition: 'big', nodes: '7' }, 'nodes: The partition big wants at least 8 nodes; you asked for 7.'],
    [{ partition: 'login-node', nodes: '2' }, 'nodes: Login node allows one node; you asked for 2.'],
    [{ partition: 'login-node', gpus: '1' }, 'gpus: Login node has no GPUs; you asked for 1.'],
    [{ partition: 'nope' }, 'partition: “nope” is no node type. Choose from: devel, gpus, big, login-node.'],
    [{ partition: '' }, 'partition: Node type is missing. Choose from: devel, gpus, big, login-node.'],
    [{ account: 'secret' }, 'account: “secret” is no account of yours for gpus. Choose from: climate, brain.'],
    [
      { partition: 'devel', account: 'brain' },
      'account: “brain” is no account of yours for devel. Choose from: climate.',
    ],
    [{ partition: 'big', qos: 'short' }, 'qos: “short” is no QOS of yours for big. Choose from: normal.'],
    [{ reservation: 'x' }, 'reservation: “x” is no reservation of yours for gpus. Choose from: school.'],
    [{ flavour: 'Very hot' }, 'flavour: “Very hot” is no Flavour. Choose from: plain, hot.'],
    [{ debug: 'yes' }, 'debug: Debug: “yes” is neither true nor false.'],
    [{ remark: 'abcdefghijk' }, 'remark: Remark: 0 to 10 characters are allowed; this has 11.'],
    [{ remark: 'a;b' }, 'remark: Remark: “a;b” has not the form that is asked for (small letters).'],
  ])('%j', (raw, words) => {
    expect(refusalOf(raw)).toContain(words);
  });

  test.each([
    '1e3',
    ' 5',
    '5 ',
    '+5',
    '0x10',
    '1.0',
    '05',
    '1,000',
    '٣',
    '９',
    'Infinity',
    'NaN',
    '--1',
    '-0',
    '1e',
    '9999999999',
  ])('the number %j, because it is not plain digits', (number) => {
    expect(refusalOf({ nodes: number })).toContain('is no whole number. Write digits only');
  });

  test('several mistakes are told together, each with its field', () => {
    const checked = check({ nodes: '99', gpus: '99', minutes: '9999' });
    expect(!checked.ok && checked.problems.map((problem) => problem.field)).toEqual(['nodes', 'gpus', 'minutes']);
  });

  test('a field that the template does not have', () => {
    expect(refusalOf({ image: 'x' })).toContain('image: Lab has no field "image". It has: partition, account');
    expect(refusalOf({ constructor: 'x' })).toContain('Lab has no field "constructor"');
  });

  test('a value that an object inherits is no value', () => {
    const raw = Object.create({ partition: 'gpus' }) as Record<string, string>;
    expect(checkChoices(template, raw, limits)).toMatchObject({ ok: false });
  });
});

describe('control characters', () => {
  test('are refused in every field before anything else is said', () => {
    const field = fc.constantFrom(...template.fields.map((one) => one.name), 'unknown');
    const control = fc.oneof(
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: 127, max: 159 }),
      fc.constantFrom(0x2028, 0x2029),
    );
    fc.assert(
      fc.property(field, fc.string(), control, fc.string(), (name, before, code, after) => {
        const checked = check({ [name]: `${before}${String.fromCharCode(code)}${after}` });
        expect(checked.ok).toBe(false);
        expect(!checked.ok && checked.problems[0]?.message).toContain('single line of text');
      }),
    );
  });

  test('are called by their names', () => {
    expect(refusalOf({ remark: 'a\nb' })).toBe(
      'remark: A value must be a single line of text; this one holds a line break.',
    );
    expect(refusalOf({ remark: 'a\x1bb' })).toContain('the control character U+001B');
  });
});
