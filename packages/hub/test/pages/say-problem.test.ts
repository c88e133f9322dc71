import { type ChoiceLimits, checkChoices, parseTemplate } from '@juhub/job-template';
import { describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { sayProblem } from '../../src/pages/words/say-problem.js';

const TEMPLATE = parseTemplate(
  `---
title: Everything
fields:
  partition: { type: partition, label: { en: Node type, de: Knotentyp } }
  account: { type: account, label: { en: Project, de: Projekt } }
  qos: { type: qos, label: { en: QOS, de: Dienstgüte }, required: false }
  reservation: { type: reservation, label: { en: Reservation, de: Reservierung }, required: false }
  nodes: { type: integer, label: { en: Nodes, de: Knoten }, default: 1, min: 1 }
  gpus: { type: integer, label: { en: GPUs, de: GPUs }, default: 0 }
  minutes: { type: duration, label: { en: Run time, de: Laufzeit }, default: 30, min: 10, max: 600 }
  flavour: { type: choice, label: { en: Flavour, de: Geschmack }, choices: [{ value: sweet, label: Sweet }] }
  debug: { type: boolean, label: { en: Debug, de: Debug } }
  folder: { type: text, label: { en: Folder, de: Ordner }, min: 2, max: 8, pattern: '[a-z]+', help: { en: Letters., de: Buchstaben. } }
---
#!/bin/bash
echo {{choices.partition}} {{choices.account}} {{choices.nodes}} {{choices.gpus}} {{choices.minutes}} {{choices.flavour}}
echo {{choices.debug}} {{choices.folder}}{{#if choices.qos}} {{choices.qos}}{{/if}}{{#if choices.reservation}} {{choices.reservation}}{{/if}}
`,
  { file: 'everything.sbatch.hbs' },
);

const LIMITS: ChoiceLimits = {
  partitions: [
    { name: 'batch', minNodes: 2, maxNodes: 4, gpusPerNode: 0, maxMinutes: 300 },
    { name: 'gpus', minNodes: 1, maxNodes: 2, gpusPerNode: 1, gpuType: 'a100' },
    { name: 'held', minNodes: 1, maxNodes: 2, gpusPerNode: 0, needsReservation: true },
  ],
  accounts: ['zam', 'hai'],
  accountRules: new Map([['zam', { maxMinutes: 200 }]]),
  qos: [{ name: 'short', maxMinutes: 60 }],
  reservations: [],
};

const GOOD = { partition: 'batch', account: 'hai', nodes: '2', flavour: 'sweet', folder: 'abc' };

describe('A problem of a choice', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'above-maximum',
      { partition: 'gpus', nodes: '1', minutes: '700' },
      'Laufzeit: höchstens 600 Minuten sind erlaubt; verlangt waren 700.',
    ],
    ['below-minimum', { minutes: '5' }, 'Laufzeit: mindestens 10 Minuten sind nötig; verlangt waren 5.'],
    ['gpus-none', { gpus: '2' }, 'Die Partition batch hat keine GPUs; verlangt waren 2.'],
    [
      'gpus-per-node',
      { partition: 'gpus', nodes: '1', gpus: '2' },
      'Die Partition gpus hat 1 GPU (a100) je Knoten; verlangt waren 2.',
    ],
    [
      'minutes-of-partition',
      { minutes: '400' },
      'Die Partition batch erlaubt höchstens 300 Minuten; verlangt waren 400.',
    ],
    [
      'minutes-of-project',
      { account: 'zam', minutes: '250' },
      'Das Projekt zam erlaubt höchstens 200 Minuten; verlangt waren 250.',
    ],
    [
      'minutes-of-qos',
      { qos: 'short', minutes: '90' },
      'Die Dienstgüte (QOS) short erlaubt höchstens 60 Minuten; verlangt waren 90.',
    ],
    ['missing', { folder: '' }, 'Ordner fehlt.'],
    ['missing-of', { flavour: '' }, 'Geschmack fehlt. Zur Wahl stehen: sweet.'],
    ['no-number', { nodes: 'two' }, 'Knoten: „two“ ist keine ganze Zahl. Nur Ziffern schreiben, etwa 2.'],
    ['no-truth', { debug: 'maybe' }, 'Debug: „maybe“ ist weder true noch false.'],
    ['nodes-of-partition', { nodes: '9' }, 'Die Partition batch erlaubt 2 bis 4 Knoten; verlangt waren 9.'],
    ['not-offered', { account: 'theirs' }, '„theirs“ ist kein eigenes Projekt für batch. Zur Wahl stehen: zam, hai.'],
    ['not-offered', { partition: 'moon' }, '„moon“ ist kein Knotentyp. Zur Wahl stehen: batch, gpus, held.'],
    ['not-offered', { flavour: 'sour' }, '„sour“ ist keine Möglichkeit für „Geschmack“. Zur Wahl stehen: sweet.'],
    [
      'reservation-needed',
      { partition: 'held', nodes: '1' },
      'Die Partition held nimmt nur Jobs einer Reservierung. Es steht keine zur Wahl.',
    ],
    ['text-form', { folder: 'ABC' }, 'Ordner: „ABC“ hat nicht die verlangte Form (Buchstaben.).'],
    ['text-length', { folder: 'abcdefghijk' }, 'Ordner: 2 bis 8 Zeichen sind erlaubt; dies hat 11.'],
    ['unknown-field', { sudo: '1' }, 'Everything hat kein Feld „sudo“.'],
    ['unsafe-character', { folder: 'a\nb' }, 'einzelne Textzeile'],
  ])('%s %j is told in both languages', (code, wrong, german) => {
    const checked = checkChoices(TEMPLATE, { ...GOOD, ...wrong }, LIMITS);
    const problem = checked.ok ? undefined : checked.problems.find((one) => one.code === code);
    if (problem === undefined) {
      throw new Error(`${code} was not found: ${JSON.stringify(checked)}`);
    }
    expect(sayProblem(problem, TEMPLATE, sayIn.de)).toContain(german);
    expect(sayProblem(problem, TEMPLATE, sayIn.en)).not.toMatch(/[{}]|undefined/);
  });

  it('of an unknown code keeps its English message', () => {
    expect(sayProblem({ field: 'x', code: 'odd', values: {}, message: 'Odd.' }, TEMPLATE, sayIn.de)).toBe('Odd.');
  });
});
