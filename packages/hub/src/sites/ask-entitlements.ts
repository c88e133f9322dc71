import type { Association, Qos } from '@juhub/slurm';
import { unlessNoAccounting } from './ask-catalogue.js';
import type { Entitlements, ProjectChoice, QosChoice } from './node-type.js';
import type { Site } from './site.js';

/** What the answer of a person's site also depends on. */
export interface EntitlementSurroundings {
  readonly askQos: () => Promise<readonly Qos[]>;
  /** Whether anything is for members of some UNIX groups of the site alone. */
  readonly needsGroups: boolean;
}

/**
 * Asks what one UNIX account may charge and use: one command, and a second one where there are rules for groups.
 *
 * @throws the error of the first question that failed
 */
export async function askEntitlements(
  site: Site,
  account: string,
  { askQos, needsGroups }: EntitlementSurroundings,
): Promise<Entitlements> {
  const askOwnGroups = async () => (needsGroups ? askGroups(site, account) : undefined);
  if (!site.hasSlurm) {
    return { account, projects: [], qos: [], groups: await askOwnGroups() };
  }
  const [associations, qos, groups] = await Promise.all([askAssociations(site, account), askQos(), askOwnGroups()]);
  const allowed = new Set(associations.flatMap((association) => association.qos));
  return {
    account,
    projects: describeProjects(associations),
    qos: qos.filter(({ name }) => allowed.has(name)).map(describeQos),
    groups,
  };
}

/** Those of this cluster alone: an accounting database may serve several. */
async function askAssociations(site: Site, account: string): Promise<readonly Association[]> {
  const slurm = site.slurmAs(account);
  const all = await slurm.associations(account).catch(unlessNoAccounting);
  const clusters = new Set(all.map((association) => association.cluster));
  if (clusters.size < 2) {
    return all;
  }
  const here = await slurm.clusterName();
  return all.filter((association) => association.cluster === here);
}

/** `id -Gn`, as it prints names, which hold no blanks. */
async function askGroups(site: Site, account: string): Promise<readonly string[] | undefined> {
  const { exitCode, stdout } = await site.runAs(account)({ argv: ['id', '-Gn'], timeoutMs: 20_000 });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return exitCode === 0 ? last.split(' ').filter((name) => name !== '') : undefined;
}

/** A project may have an association for each partition, and one for all others. */
function describeProjects(associations: readonly Association[]): ProjectChoice[] {
  const names = [...new Set(associations.map((association) => association.account))];
  return names.map((name) => {
    const own = associations.filter((association) => association.account === name);
    const partitions = own.flatMap(({ partition }) => (partition === undefined ? [] : [partition]));
    const limits = new Set(own.map(({ maxWallMinutes }) => maxWallMinutes));
    const [maxMinutes] = limits.size === 1 ? limits : [];
    return {
      name,
      ...(partitions.length < own.length ? {} : { partitions }),
      ...(maxMinutes === undefined ? {} : { maxMinutes }),
      qos: [...new Set(own.flatMap(({ qos }) => qos))],
    };
  });
}

function describeQos({ name, maxWallMinutes }: Qos): QosChoice {
  return maxWallMinutes === undefined ? { name } : { name, maxMinutes: maxWallMinutes };
}
