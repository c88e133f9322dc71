import { describe, expect, it } from 'vitest';
import type { Entitlements, NodeType, SiteReservation } from '../../src/sites/node-type.js';
import { describeOffer } from '../../src/sites/offer.js';
import { makeNodeType, NOW } from '../pages/examples.js';

const HOUR_MS = 3_600_000;
const after = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);

const ALICE: Entitlements = {
  account: 'alice1',
  projects: [
    { name: 'zam', qos: ['normal'] },
    { name: 'hai', qos: ['normal'], partitions: ['gpus'] },
  ],
  qos: [{ name: 'normal' }, { name: 'short' }],
  groups: ['users', 'hai-members'],
};

function makeReservation(different: Partial<SiteReservation> = {}): SiteReservation {
  return {
    name: 'course',
    startAt: after(-1),
    endAt: after(1),
    partitions: ['batch'],
    nodeCount: 2,
    users: ['alice1'],
    groups: undefined,
    accounts: undefined,
    ...different,
  };
}

function offer(
  nodeTypes: readonly NodeType[],
  { reservations = [], entitlements = ALICE }: { reservations?: SiteReservation[]; entitlements?: Entitlements } = {},
) {
  return describeOffer({ nodeTypes, reservations }, entitlements, NOW);
}

const namesIn = (nodeTypes: readonly NodeType[], more?: Parameters<typeof offer>[1]) =>
  offer(nodeTypes, more).nodeTypes.map(({ nodeType }) => nodeType.name);

describe('What a person is offered', () => {
  it('are of each node type the projects and QOS that may be used there', () => {
    const nodeTypes = [
      makeNodeType(),
      makeNodeType({ name: 'gpus', deniedAccounts: ['zam'], qos: ['short'] }),
      makeNodeType({ name: 'closed-club', accounts: ['others'] }),
      makeNodeType({ name: 'broken', isUp: false }),
    ];
    expect(
      offer(nodeTypes).nodeTypes.map(({ nodeType: { name }, projects, qos, obstacle }) => ({
        name,
        projects,
        qos,
        obstacle,
      })),
    ).toEqual([
      { name: 'batch', projects: ['zam'], qos: ['normal', 'short'], obstacle: undefined },
      { name: 'gpus', projects: ['hai'], qos: ['short'], obstacle: undefined },
      { name: 'closed-club', projects: [], qos: ['normal', 'short'], obstacle: 'projects' },
      { name: 'broken', projects: ['zam'], qos: ['normal', 'short'], obstacle: 'down' },
    ]);
  });

  it('is nothing that other UNIX groups have for themselves, not even its name', () => {
    const nodeTypes = [makeNodeType({ groups: ['secret'] }), makeNodeType({ name: 'hai', groups: ['hai-members'] })];
    expect(namesIn(nodeTypes)).toEqual(['hai']);
    expect(namesIn(nodeTypes, { entitlements: { ...ALICE, groups: undefined } })).toEqual([]);
  });

  it('is a partition for reservations alone only with a reservation in it', () => {
    const nodeTypes = [makeNodeType({ needsReservation: true })];
    expect(namesIn(nodeTypes)).toEqual([]);
    expect(namesIn(nodeTypes, { reservations: [makeReservation()] })).toEqual(['batch']);
    expect(namesIn(nodeTypes, { reservations: [makeReservation({ partitions: ['gpus'] })] })).toEqual([]);
  });

  it('is free of projects on a site that charges none', () => {
    const nobody = { account: 'alice1', projects: [], qos: [] };
    expect(offer([makeNodeType()], { entitlements: nobody }).nodeTypes[0]?.obstacle).toBeUndefined();
  });
});

describe('A reservation', () => {
  it.each<[string, Partial<SiteReservation>, boolean]>([
    ['for the person', {}, true],
    ['for somebody else', { users: ['bob1'] }, false],
    ['for a project of the person', { users: undefined, accounts: ['zam'] }, true],
    ['for another project', { users: undefined, accounts: ['brain'] }, false],
    ['for the person with another project', { accounts: ['brain'] }, false],
    ['for a group of the person', { users: undefined, groups: ['hai-members'] }, true],
    ['for all but the person', { users: ['-alice1'] }, false],
    ['for all but somebody else', { users: ['-bob1'] }, true],
    ['for nobody in particular', { users: undefined }, false],
    ['that is over', { endAt: after(-0.5) }, false],
    ['that begins within a day', { startAt: after(23), endAt: after(25) }, true],
    ['that begins in a week', { startAt: after(168), endAt: after(170) }, false],
  ])('%s is offered: %#', (_, different, isOffered) => {
    expect(offer([makeNodeType()], { reservations: [makeReservation(different)] }).reservations).toHaveLength(
      isOffered ? 1 : 0,
    );
  });

  it('is offered to nobody while it is not known who somebody is', () => {
    expect(
      describeOffer({ nodeTypes: [], reservations: [makeReservation({ users: ['-bob1'] })] }, undefined, NOW)
        .reservations,
    ).toEqual([]);
  });

  it('goes with the node types that some of its nodes belong to', () => {
    const nodeTypes = [makeNodeType(), makeNodeType({ name: 'gpus' })];
    const { nodeTypes: offered } = offer(nodeTypes, { reservations: [makeReservation()] });
    expect(offered.map(({ reservations }) => reservations)).toEqual([['course'], []]);
  });
});
