import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { afterEach, describe, expect, it } from 'vitest';
import { Catalogues } from '../../src/sites/catalogues.js';
import { FakeCluster, FakeSite } from '../pages/fake-cluster.js';
import { makeAssociation, makePartition, makeReservation } from './cluster-parts.js';

const open: Catalogues[] = [];

function openCatalogues(cluster: FakeCluster, settings: { serviceAccount?: string } = {}): Catalogues {
  const catalogues = new Catalogues(new Map([['cluster', new FakeSite(cluster, settings)]]));
  open.push(catalogues);
  return catalogues;
}

afterEach(() => {
  for (const catalogues of open.splice(0)) {
    catalogues.close();
  }
});

describe('What is known of a site', () => {
  it('costs one question of each kind, however many people look', async () => {
    const cluster = new FakeCluster();
    const catalogues = openCatalogues(cluster);
    const people = Array.from({ length: 200 }, (_, number) => `person${number % 5}`);
    await Promise.all(
      people.flatMap((name) => [catalogues.get('cluster', `${name}1`), catalogues.entitlements('cluster', name)]),
    );
    expect(cluster.asked).toEqual(
      new Map([
        ['partitions', 1],
        ['nodes', 1],
        ['reservations', 1],
        ['qos', 1],
        ['associations', 5],
      ]),
    );
  });

  it('costs as little when the site fails, and each says why', async () => {
    const cluster = new FakeCluster();
    cluster.goAway();
    const catalogues = openCatalogues(cluster);
    for (let round = 0; round < 3; round += 1) {
      const looks = await Promise.all(Array.from({ length: 50 }, () => catalogues.get('cluster', 'alice1')));
      expect(looks.every(({ problem }) => problem?.includes('login1 does not answer'))).toBe(true);
      await expect(catalogues.entitlements('cluster', 'alice')).rejects.toThrow('login1 does not answer');
    }
    expect(cluster.asked.get('partitions')).toBe(1);
    expect(cluster.asked.get('associations')).toBe(1);
  });

  it('is asked with the service account where the site has one', async () => {
    const cluster = new FakeCluster();
    await openCatalogues(cluster, { serviceAccount: 'juhub' }).get('cluster', 'alice1');
    expect(cluster.askers).toEqual(new Set(['juhub']));
  });

  it('is not spoilt for others by somebody whose account the site does not let in', async () => {
    const cluster = new FakeCluster();
    cluster.away = new ConnectorError('sign-in-refused', 'stranger1 may not sign in.');
    const catalogues = openCatalogues(cluster);
    expect((await catalogues.get('cluster', 'stranger1')).problem).toContain('may not sign in');
    // Strangers who take turns do not have the site asked over and over.
    await catalogues.get('cluster', 'stranger2');
    for (const stranger of ['stranger1', 'stranger2', 'stranger1', 'stranger2']) {
      await catalogues.get('cluster', stranger);
    }
    expect(cluster.asked.get('partitions')).toBe(2);
    cluster.away = undefined;
    expect((await catalogues.get('cluster', 'alice1')).problem).toBeUndefined();
  });

  it('names the node types that a reservation has nodes of', async () => {
    const cluster = new FakeCluster();
    cluster.partitions = [
      makePartition('batch', { nodes: ['cn1', 'cn2'] }),
      makePartition('gpus', { nodes: ['gpu1'] }),
    ];
    cluster.reservations = [makeReservation('course', { nodes: ['cn2'] })];
    const { reservations } = await openCatalogues(cluster).get('cluster', 'alice1');
    expect(reservations).toMatchObject([{ name: 'course', partitions: ['batch'], nodeCount: 1 }]);
  });
});

describe('What a person may use', () => {
  it('are the associations of this cluster alone, put together by project', async () => {
    const cluster = new FakeCluster();
    cluster.associations = [
      makeAssociation('zam', { isDefault: true, maxWallMinutes: 120, qos: ['normal', 'odd'] }),
      makeAssociation('hai', { partition: 'gpus' }),
      makeAssociation('away', { cluster: 'elsewhere' }),
    ];
    const { projects, qos } = await openCatalogues(cluster).entitlements('cluster', 'alice');
    expect(projects).toEqual([
      { name: 'zam', maxMinutes: 120, qos: ['normal', 'odd'] },
      { name: 'hai', partitions: ['gpus'], qos: ['normal'] },
    ]);
    expect(qos).toEqual([{ name: 'normal' }]);
  });

  it('is nothing to charge on a cluster without accounting', async () => {
    const cluster = new FakeCluster();
    cluster.accountingProblem = new SlurmError('no-accounting', 'This cluster keeps no job records.');
    const catalogues = openCatalogues(cluster);
    expect(await catalogues.entitlements('cluster', 'alice')).toMatchObject({ projects: [], qos: [] });
    expect((await catalogues.get('cluster', 'alice1')).problem).toBeUndefined();
  });

  it('includes the UNIX groups from the moment on when the hub has a rule about groups', async () => {
    const cluster = new FakeCluster();
    let needsGroups = false;
    const catalogues = new Catalogues(new Map([['cluster', new FakeSite(cluster)]]), () => needsGroups);
    open.push(catalogues);
    expect((await catalogues.entitlements('cluster', 'alice')).groups).toBeUndefined();
    needsGroups = true;
    expect((await catalogues.entitlements('cluster', 'alice')).groups).toEqual(['users']);
  });

  it('includes the UNIX groups only where a rule of the site is about groups', async () => {
    const cluster = new FakeCluster();
    cluster.groups = 'users hai-members';
    expect((await openCatalogues(cluster).entitlements('cluster', 'alice')).groups).toBeUndefined();
    cluster.partitions = [...cluster.partitions, makePartition('members', { allowGroups: ['hai-members'] })];
    expect((await openCatalogues(cluster).entitlements('cluster', 'alice')).groups).toEqual(['users', 'hai-members']);
  });
});
