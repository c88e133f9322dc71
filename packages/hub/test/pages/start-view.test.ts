import { describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { chooseServerName } from '../../src/pages/start/choose-server-name.js';
import { limitField, sayLimit } from '../../src/pages/start/limit-field.js';
import { readInput, readStartForm } from '../../src/pages/start/read-start-form.js';
import { joinMinutes, splitMinutes } from '../../src/pages/start/split-minutes.js';
import { describeStart, type StartParts } from '../../src/pages/start/start-view.js';
import { ago, ahead, GPUS, JUPYTERLAB, LOGIN, makeNodeType, NOW } from './examples.js';

const BATCH = makeNodeType();
const COURSE = {
  name: 'course',
  startAt: undefined,
  endAt: ahead(3600),
  partitions: ['gpus'],
  nodeCount: 1,
  users: ['alice1'],
  groups: undefined,
  accounts: undefined,
};
const SITE = { name: 'cluster', title: 'Demo cluster' };

function makeParts(different: Partial<StartParts> = {}): StartParts {
  return {
    now: NOW,
    say: sayIn.en,
    site: SITE,
    sites: [SITE],
    template: JUPYTERLAB,
    templates: [JUPYTERLAB],
    catalogue: { site: 'cluster', reservations: [], nodeTypes: [BATCH, GPUS, LOGIN], askedAt: ago(12) },
    entitlements: { account: 'alice1', projects: ['zam', 'hai'].map((name) => ({ name, qos: [] })), qos: [] },
    filled: { choices: {}, typed: {} },
    last: {},
    name: 'default',
    isPosted: false,
    problems: [],
    ...different,
  };
}

const fill = (choices: Record<string, string>) => ({ filled: { choices, typed: {} } });
const checked = (parts: StartParts) => describeStart(parts).nodeTypes?.cards.find((card) => card.isChecked)?.value;
const field = (parts: StartParts, name: string) => describeStart(parts).fields.find((one) => one.name === name);
const fieldOf = (name: string) => JUPYTERLAB.fields.find((one) => one.name === name) ?? JUPYTERLAB.fields[0];

describe('The form', () => {
  it('shows every node type with what one compares: nodes, cores, memory, GPUs, longest run, what is free', () => {
    const { nodeTypes, catalogue } = describeStart(makeParts());
    expect(nodeTypes?.cards.map(({ limits: _, ...card }) => card)).toMatchObject([
      {
        title: 'batch',
        isDefault: true,
        cores: '96 cores',
        memory: '94 GiB',
        gpus: undefined,
        nodes: '1 to 4',
        longestRun: '24 h',
        free: { nodes: '3 of 8 nodes idle', gpus: undefined, percent: 38 },
      },
      { title: 'gpus', gpus: '4 × a100', free: { nodes: '1 of 2 nodes idle', gpus: '5 GPUs free', percent: 63 } },
      { title: 'Login node', isLogin: true, free: undefined, longestRun: 'no limit' },
    ]);
    expect(catalogue).toMatchObject({ age: '12 s ago', problem: undefined });
  });

  it('offers a preset only where a node type can hold it, and opens with that node type', () => {
    const presets = [
      { title: { en: 'A look around' }, values: { gpus: '0', minutes: '30' } },
      { title: { en: 'Two GPUs for an hour' }, values: { gpus: '2', minutes: '60' } },
      { title: { en: 'A hundred GPUs' }, values: { gpus: '100', minutes: '60' } },
    ];
    const { presets: links } = describeStart(makeParts({ template: { ...JUPYTERLAB, presets } }));
    expect(
      links.map(({ title, path }) => [title, Object.fromEntries(new URLSearchParams(path.split('?')[1]))]),
    ).toEqual([
      ['A look around', { site: 'cluster', template: JUPYTERLAB.name, partition: 'batch', gpus: '0', minutes: '30' }],
      [
        'Two GPUs for an hour',
        { site: 'cluster', template: JUPYTERLAB.name, partition: 'gpus', gpus: '2', minutes: '60' },
      ],
    ]);
    const gone = {
      site: 'cluster',
      reservations: [],
      nodeTypes: [BATCH, makeNodeType({ ...GPUS, isUp: false })],
      askedAt: NOW,
    };
    const now = describeStart(makeParts({ template: { ...JUPYTERLAB, presets }, catalogue: gone }));
    expect(now.presets.map(({ title }) => title)).toEqual(['A look around']);
  });

  it('shows a partition that is down, says so, and does not choose it', () => {
    const nodeTypes = [makeNodeType({ isUp: false }), GPUS];
    const parts = makeParts({
      catalogue: { site: 'cluster', reservations: [], nodeTypes, askedAt: NOW },
      ...fill({ partition: 'batch' }),
    });
    expect(describeStart(parts).nodeTypes?.cards[0]).toMatchObject({ isChecked: false, free: undefined });
    expect(describeStart(parts).nodeTypes?.cards[0]?.whyNot).toContain('down');
    expect(checked(parts)).toBe('gpus');
  });

  it('opens with the node type of the link, else of last time, else of the scheduler', () => {
    expect(checked(makeParts({ ...fill({ partition: 'login-node' }), last: { partition: 'gpus' } }))).toBe(
      'login-node',
    );
    expect(checked(makeParts({ last: { partition: 'gpus' } }))).toBe('gpus');
    expect(checked(makeParts({ last: { partition: 'gone' } }))).toBe('batch');
  });

  it('chooses no node type for somebody whose choice was refused', () => {
    expect(checked(makeParts({ isPosted: true, ...fill({ partition: 'nonsense' }) }))).toBeUndefined();
  });

  it('fills a field from the link, else from last time, else from the template, within the limits', () => {
    const last = { partition: 'gpus', minutes: 90, gpus: 3 };
    expect(field(makeParts({ last, ...fill({ gpus: '9' }) }), 'gpus')?.value).toBe('9');
    expect(field(makeParts({ last }), 'gpus')?.value).toBe('3');
    expect(field(makeParts({ last }), 'minutes')).toMatchObject({ hours: { value: '1' }, minutes: { value: '30' } });
    expect(field(makeParts({ last: { ...last, minutes: 600 } }), 'minutes')?.value).toBe('120');
    expect(field(makeParts(), 'minutes')?.value).toBe('60');
  });

  it('offers the projects that may be charged, and not the one of last time that is gone', () => {
    expect(field(makeParts({ last: { account: 'old' } }), 'account')).toMatchObject({ isList: true, value: '' });
    expect(field(makeParts(), 'account')?.options.map((option) => option.value)).toEqual(['zam', 'hai']);
  });

  it('keeps a project that was typed and refused, so that one sees what was wrong', () => {
    const parts = makeParts({ isPosted: true, ...fill({ account: 'theirs' }) });
    expect(field(parts, 'account')?.options.find((option) => option.isSelected)?.value).toBe('theirs');
  });

  it('takes any project while the site cannot say which there are, and asks for none where there is none', () => {
    expect(field(makeParts({ entitlements: undefined }), 'account')).toMatchObject({ isList: false, isBox: false });
    const nobody = { account: 'alice1', projects: [], qos: [] };
    expect(field(makeParts({ entitlements: nobody }), 'account')).toBeUndefined();
  });

  it('shows each problem at its field and in the list above, with a link to the field', () => {
    const problems = [
      { field: 'gpus', code: 'odd', values: {}, message: 'Too many.' },
      { field: 'minutes', code: 'odd', values: {}, message: 'Too long.' },
      { field: 'name', code: 'odd', values: {}, message: 'Taken.' },
      { field: 'partition', code: 'odd', values: {}, message: 'Which?' },
    ];
    const view = describeStart(makeParts({ isPosted: true, problems }));
    expect(view.problems.map((problem) => problem.anchor)).toEqual([
      'field-gpus',
      'field-minutes-hours',
      'server-name',
      'node-type-batch',
    ]);
    const gpus = view.fields.find((one) => one.name === 'gpus');
    expect(gpus).toMatchObject({ problem: 'Too many.', describedBy: 'field-gpus-problem field-gpus-hint' });
    expect([view.name.problem, view.nodeTypes?.problem]).toEqual(['Taken.', 'Which?']);
  });

  it('shows what nobody gets now, what a person’s reservation has, and each type of GPU', () => {
    const gpuKinds = [
      { type: 'a100', perNode: 4, total: 8, free: 0 },
      { type: 'h100', perNode: 2, total: 2, free: 1 },
    ];
    const reserved = [
      { reservation: 'course', idleNodes: 1, freeGpus: 4 },
      { reservation: 'theirs', idleNodes: 9, freeGpus: 9 },
    ];
    const nodeType = makeNodeType({ ...GPUS, idleNodes: 0, freeGpus: 1, outNodes: 1, gpuKinds, reserved });
    const catalogue = { site: 'cluster', reservations: [COURSE], nodeTypes: [nodeType], askedAt: NOW };
    const view = describeStart(makeParts({ catalogue }));
    expect(view.nodeTypes?.cards[0]).toMatchObject({ gpus: '4 × a100, 2 × h100' });
    expect(view.nodeTypes?.cards[0]?.free).toEqual({
      nodes: '0 of 2 nodes idle',
      gpus: '1 GPU free (0 × a100, 1 × h100)',
      percent: 10,
      notes: [
        'With your reservation course: 1 node idle, 4 GPUs free',
        '1 node down, drained, in maintenance or reserved',
      ],
    });
  });

  it('asks for a reservation only who may use one, and offers it with its end', () => {
    const fields = [
      { name: 'reservation', type: 'reservation', label: { en: 'Reservation' }, required: false },
    ] as const;
    const template = { ...JUPYTERLAB, fields: [...JUPYTERLAB.fields, ...fields] };
    const catalogue = { site: 'cluster', reservations: [COURSE], nodeTypes: [BATCH, GPUS], askedAt: NOW };
    expect(field(makeParts({ template, catalogue }), 'reservation')?.options).toEqual([
      { value: '', label: 'Without a reservation', isSelected: true },
      { value: 'course', label: 'course, until 2026-07-31 13:00 UTC', isSelected: false },
    ]);
    const others = { ...catalogue, reservations: [{ ...COURSE, users: ['bob1'] }] };
    expect(field(makeParts({ template, catalogue: others }), 'reservation')).toBeUndefined();
  });

  it('does not choose a node type that none of the person’s projects may use, and says so', () => {
    const nodeTypes = [makeNodeType({ accounts: ['others'] }), GPUS];
    const parts = makeParts({ catalogue: { site: 'cluster', reservations: [], nodeTypes, askedAt: NOW } });
    expect(describeStart(parts).nodeTypes?.cards[0]?.whyNot).toBe('None of your projects may use it.');
    expect(checked(parts)).toBe('gpus');
  });

  it('has a link to itself filled in like this, without the name of the server', () => {
    const { link } = describeStart(makeParts({ ...fill({ partition: 'gpus', gpus: '2', comment: 'a&b' }) }));
    const query = Object.fromEntries(new URLSearchParams(link.split('?')[1]));
    expect(query).toEqual({
      site: 'cluster',
      template: JUPYTERLAB.name,
      partition: 'gpus',
      nodes: '1',
      gpus: '2',
      minutes: '60',
      comment: 'a&b',
      debug: 'false',
    });
  });

  it('offers several templates by title and description', () => {
    const other = { ...JUPYTERLAB, name: 'code', title: { en: 'Editor', de: 'Editor' }, description: undefined };
    const { templates } = describeStart(makeParts({ templates: [JUPYTERLAB, other] }));
    expect(templates).toEqual([
      {
        title: 'JupyterLab',
        description: 'Notebooks, terminals and files in the browser.',
        path: '/hub/start?site=cluster&template=jupyterlab',
        isCurrent: true,
      },
      { title: 'Editor', path: '/hub/start?site=cluster&template=code', isCurrent: false },
    ]);
  });

  it('speaks German to those who read it', () => {
    const problems = [
      {
        field: 'gpus',
        code: 'gpus-per-node',
        values: { place: 'gpus', kind: 'partition', gpuType: '', limit: 4, asked: 9 },
        message: 'x',
      },
    ];
    const view = describeStart(makeParts({ say: sayIn.de, problems, ...fill({ partition: 'gpus' }) }));
    expect(view.nodeTypes?.cards[1]).toMatchObject({
      cores: '128 Kerne',
      free: { nodes: '1 von 2 Knoten frei', gpus: '5 GPUs frei' },
    });
    expect(view.fields.find(({ name }) => name === 'minutes')?.hint).toBe('Bis zu 2 h auf gpus.');
    expect(view.problems[0]?.message).toBe('Die Partition gpus hat 4 GPUs je Knoten; verlangt waren 9.');
    expect(view.catalogue.age).toBe('vor 12 s');
  });

  it('says why the site cannot be asked, and how old what is shown is', () => {
    const catalogue = {
      site: 'cluster',
      reservations: [],
      nodeTypes: [BATCH],
      askedAt: ago(600),
      problem: 'It is away.',
    };
    expect(describeStart(makeParts({ catalogue })).catalogue).toMatchObject({
      age: '10 min ago',
      problem: 'It is away.',
    });
    const unknown = { site: 'cluster', reservations: [], nodeTypes: [] };
    expect(describeStart(makeParts({ catalogue: unknown })).catalogue.problem).toContain('not answered yet');
  });

  it('lists sites only where there are several', () => {
    expect(describeStart(makeParts()).sites).toEqual([]);
    const other = { name: 'o&x', title: 'Other' };
    expect(describeStart(makeParts({ sites: [SITE, other] })).sites).toEqual([
      { title: 'Demo cluster', path: '/hub/start?site=cluster', isCurrent: true },
      { title: 'Other', path: '/hub/start?site=o%26x', isCurrent: false },
    ]);
  });
});

describe('The limits of a field', () => {
  it.each([
    ['nodes', BATCH, { applies: true, min: 1, max: 4, hint: '1 to 4 on batch.' }],
    ['gpus', GPUS, { applies: true, min: 0, max: 4, hint: '0 to 4 per node on gpus.' }],
    ['gpus', BATCH, { applies: false, hint: 'batch has no GPUs.' }],
    ['minutes', GPUS, { applies: true, min: 10, max: 120, hint: 'Up to 2 h on gpus.' }],
    ['minutes', LOGIN, { applies: true, min: 10, hint: 'No limit on Login node.' }],
    ['account', LOGIN, { applies: false, hint: '' }],
    ['account', BATCH, { applies: true, names: ['zam'], hint: '' }],
    ['comment', BATCH, { applies: true, hint: '' }],
  ])('%s follow the node type', (name, nodeType, limit) => {
    const asked = fieldOf(name);
    const offered = { nodeType, projects: ['zam'], qos: [], reservations: [] };
    const got = asked && limitField(asked, offered);
    expect(got && { ...got, hint: sayLimit(asked, got, nodeType, sayIn.en) }).toMatchObject(limit);
  });
});

describe('What comes from a browser', () => {
  it('is read field by field: the last of several, and nothing that the template does not ask for', () => {
    const input = { gpus: '2', debug: ['false', 'true'], nodes: { a: 1 }, evil: 'x', __proto__: { account: 'y' } };
    expect(readStartForm(input, JUPYTERLAB.fields).choices).toEqual({ gpus: '2', debug: 'true' });
    expect(readInput(input, 'toString')).toBeUndefined();
  });

  it.each([
    [{ hours: '1', minutes: '30' }, '90'],
    [{ hours: '', minutes: '45' }, '45'],
    [{ hours: '2', minutes: '' }, '120'],
    [{ hours: '', minutes: '' }, ''],
    [{ hours: 'one', minutes: '5' }, 'one:5'],
    [{ hours: '-1', minutes: '90' }, '-1:90'],
    [{ hours: '1.5', minutes: '' }, '1.5'],
    [{ hours: '99999999', minutes: '0' }, '99999999:0'],
  ])('as hours and minutes %j is %s minutes', (typed, minutes) => {
    expect(joinMinutes(typed)).toBe(minutes);
  });

  it('as minutes is split for the form, unless it is no number', () => {
    expect(splitMinutes('90')).toEqual({ hours: '1', minutes: '30' });
    expect(splitMinutes('soon')).toEqual({ hours: '', minutes: 'soon' });
  });
});

describe('The proposed name', () => {
  it('is the first that no living server has', () => {
    expect(chooseServerName([])).toBe('default');
    expect(chooseServerName([{ name: 'default', state: 'ended' }])).toBe('default');
    const living = ['default', 'server-2'].map((name) => ({ name, state: 'ready' as const }));
    expect(chooseServerName(living)).toBe('server-3');
  });
});
