import type { Catalogue, Entitlements, NodeType, SiteReservation } from './node-type.js';

/** Why a person cannot have a node type that he sees: it is closed, or for other projects. */
export type Obstacle = 'down' | 'projects';

/** A reservation that a person may use, now or soon. */
export interface ReservationChoice {
  readonly name: string;
  readonly isActive: boolean;
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
  readonly nodeCount: number;
  readonly partitions: readonly string[];
}

/** A node type as one person may use it. */
export interface OfferedNodeType {
  readonly nodeType: NodeType;
  /** Undefined: it can be chosen. */
  readonly obstacle?: Obstacle | undefined;
  /** Those of the person's that may be used on it, by name. */
  readonly projects: readonly string[];
  readonly qos: readonly string[];
  readonly reservations: readonly string[];
}

/** What a site offers one person. */
export interface Offer {
  /** As Slurm itself does it, what is for members of other groups alone is not even named. */
  readonly nodeTypes: readonly OfferedNodeType[];
  readonly reservations: readonly ReservationChoice[];
}

/** Reservations that begin later than this are not offered yet. */
const SOON_MS = 24 * 3_600_000;

/**
 * Puts together what a site has and what one person may use of it. Pure.
 *
 * @param entitlements undefined where the site cannot say: then only what everybody may use is offered
 */
export function describeOffer(
  catalogue: Pick<Catalogue, 'nodeTypes' | 'reservations'>,
  entitlements: Entitlements | undefined,
  now: Date,
): Offer {
  const reservations = catalogue.reservations
    .filter((reservation) => isNear(reservation, now) && mayReserve(reservation, entitlements))
    .map((reservation) => describeReservation(reservation, now));
  return {
    nodeTypes: catalogue.nodeTypes
      .filter((nodeType) => isFor(nodeType, entitlements))
      .map((nodeType) => describeForPerson(nodeType, entitlements, reservations))
      .filter(({ nodeType, reservations: own }) => !nodeType.needsReservation || own.length > 0),
    reservations,
  };
}

/** Whether a person is among those for whom something is: members of some UNIX groups, or everybody. Unknown: no member. */
export function isFor(
  { groups }: { readonly groups?: readonly string[] | undefined },
  entitlements: Pick<Entitlements, 'groups'> | undefined,
): boolean {
  return groups === undefined || (entitlements?.groups?.some((group) => groups.includes(group)) ?? false);
}

function describeForPerson(
  nodeType: NodeType,
  entitlements: Entitlements | undefined,
  all: readonly ReservationChoice[],
): OfferedNodeType {
  const { name, isUp, kind } = nodeType;
  const mine = entitlements?.projects ?? [];
  const projects = mine
    .filter(({ partitions }) => partitions === undefined || partitions.includes(name))
    .map((project) => project.name)
    .filter((project) => isAdmitted(project, nodeType.accounts, nodeType.deniedAccounts));
  const qos = (entitlements?.qos ?? [])
    .map((one) => one.name)
    .filter((one) => isAdmitted(one, nodeType.qos, nodeType.deniedQos));
  const reservations = all.filter(({ partitions }) => partitions.includes(name)).map((reservation) => reservation.name);
  const isForOthers = kind === 'partition' && mine.length > 0 && projects.length === 0;
  const obstacle = isUp ? (isForOthers ? 'projects' : undefined) : 'down';
  return { nodeType, projects, qos, reservations, obstacle };
}

function isAdmitted(name: string, allowed: readonly string[] | undefined, denied: readonly string[]): boolean {
  return allowed === undefined ? !denied.includes(name) : allowed.includes(name);
}

function isNear({ startAt, endAt }: SiteReservation, now: Date): boolean {
  const isOver = endAt !== undefined && endAt <= now;
  return !isOver && (startAt === undefined || startAt.getTime() - now.getTime() <= SOON_MS);
}

/**
 * Users and accounts, where both are named, must both fit (scontrol(1), RESERVATIONS). A name with a dash in front is
 * shut out, and lets everybody else in.
 */
function mayReserve({ users, groups, accounts }: SiteReservation, entitlements: Entitlements | undefined): boolean {
  if (entitlements === undefined) {
    return false;
  }
  const rules: readonly (readonly [readonly string[] | undefined, readonly string[]])[] = [
    [users, [entitlements.account]],
    [groups, entitlements.groups ?? []],
    [accounts, entitlements.projects.map(({ name }) => name)],
  ];
  const named = rules.filter(([list]) => list !== undefined);
  return named.length > 0 && named.every(([list = [], own]) => own.some((name) => isOnList(name, list)));
}

function isOnList(name: string, list: readonly string[]): boolean {
  const isShuttingOut = list.every((one) => one.startsWith('-'));
  return isShuttingOut ? !list.includes(`-${name}`) : list.includes(name);
}

function describeReservation(reservation: SiteReservation, now: Date): ReservationChoice {
  const { name, startAt, endAt, nodeCount, partitions } = reservation;
  const isActive = startAt === undefined || startAt <= now;
  return { name, isActive, startAt, endAt, nodeCount, partitions };
}
